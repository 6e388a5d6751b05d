import { ForbiddenError } from '../errors.ts'

export const Scope = { Read: 'READ', Write: 'WRITE', Admin: 'ADMIN' } as const
export type Scope = (typeof Scope)[keyof typeof Scope]

/** As whom a request or a job acts. Every domain function takes one first: nothing is read without a workspace. */
export interface Caller {
  readonly workspaceId: string
  readonly scopes: readonly Scope[]
  /** Of the API key; absent on an open server and where the platform acts by itself. */
  readonly keyId?: string
}

/** @throws ForbiddenError where the caller's key lacks the scope */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) throw new ForbiddenError(`This needs a key with the scope ${scope}`)
}
