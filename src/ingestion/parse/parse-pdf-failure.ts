import { FailureCode, FailureError } from '../../failure.ts'
import { saysOutOfMemory } from './out-of-memory.ts'

/** The failure of a document that an error of pdf.js stands for. It throws many kinds at what is broken. */
export function pdfFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  if (name === 'PasswordException') {
    return new FailureError(FailureCode.Encrypted, 'The PDF is encrypted and needs a password.')
  }
  // V8's words, which pdf.js passes on in errors of its own.
  if (saysOutOfMemory(message)) {
    return new FailureError(FailureCode.TooLarge, 'The PDF needs more memory than a document may.', {
      cause: error,
    })
  }
  return new FailureError(FailureCode.Unreadable, 'The PDF is broken and cannot be read.', { cause: error })
}
