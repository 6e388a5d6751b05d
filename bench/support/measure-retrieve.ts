import type { RetrieveInput } from '../../clients/typescript/generated/graphql.ts'
import type { GraphqlConnection } from './graphql-connection.ts'
import { poolMap } from './pool-map.ts'
import { quantile } from './quantile.ts'

export interface RetrieveTimes {
  /** Milliseconds, one at a time. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** With several at once. */
  readonly perSecond: number
  readonly p95Together: number
  /** The input that took as long as the median. */
  readonly typical: RetrieveInput
}

export interface RetrievedHits {
  readonly retrieve: {
    readonly mode: string
    readonly underfilled: boolean
    readonly hits: readonly { readonly chunk: { readonly id: string } }[]
  }
}

const operation = `query Retrieve($input: RetrieveInput!) { retrieve(input: $input) {
  mode underfilled hits { rank score chunk { id text } } } }`

export function retrieve(connection: GraphqlConnection, input: RetrieveInput): Promise<RetrievedHits> {
  return connection.post<RetrievedHits, { input: RetrieveInput }>(operation, { input })
}

/** @param warmUp inputs that are sent before, and are not timed */
export async function measureRetrieve(
  connection: GraphqlConnection,
  warmUp: readonly RetrieveInput[],
  inputs: readonly RetrieveInput[],
  atOnce: number,
): Promise<RetrieveTimes> {
  const timed = async (input: RetrieveInput) => {
    const asked = performance.now()
    const { retrieve: result } = await retrieve(connection, input)
    if (result.mode !== input.mode) throw new Error(`${input.mode} was asked for, and ${result.mode} ran`)
    return { input, took: performance.now() - asked }
  }
  await poolMap(warmUp, atOnce, timed)
  const alone = await poolMap(inputs, 1, timed)
  const began = performance.now()
  const together = await poolMap(inputs, atOnce, timed)
  const seconds = (performance.now() - began) / 1_000
  const times = alone.map(({ took }) => took)
  const typical = [...alone].sort((one, other) => one.took - other.took)[Math.floor(alone.length / 2)]
  if (!typical) throw new Error('There is nothing to measure with')
  return {
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    perSecond: inputs.length / seconds,
    p95Together: quantile(
      together.map(({ took }) => took),
      0.95,
    ),
    typical: typical.input,
  }
}
