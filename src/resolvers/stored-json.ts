import type { Failure } from '../failure.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import type { StoredAnswer } from '../runs/runs.ts'

// Json columns that only the domain writes, with these shapes.

export function storedFailure(json: Prisma.JsonValue): Failure | null {
  return json as unknown as Failure | null
}

export function storedAnswer(json: Prisma.JsonValue): StoredAnswer | null {
  return json as unknown as StoredAnswer | null
}
