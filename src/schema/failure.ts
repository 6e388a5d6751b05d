import type { Failure as FailureShape } from '../failure.ts'
import { builder } from './builder.ts'
import { FailureCode } from './enums.ts'

export const Failure = builder.objectRef<FailureShape>('Failure').implement({
  description: 'A typed reason for something that did not work.',
  fields: (t) => ({
    code: t.expose('code', { type: FailureCode }),
    message: t.exposeString('message', { description: 'For a person, without internals.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether the same call can succeed later.' }),
  }),
})
