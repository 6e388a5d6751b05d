import { FailureCode, FailureError } from '../../failure.ts'

/** What V8 says where a buffer or string could not be had; pdf.js passes the words on in errors of its own. */
const OUT_OF_MEMORY = /allocation failed|invalid (?:typed )?array (?:buffer )?length|invalid string length/i

/** The failure of a document that an error of pdf.js stands for. It throws many kinds at what is broken. */
export function pdfFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  if (name === 'PasswordException') {
    return new FailureError(FailureCode.Encrypted, 'The PDF is encrypted and needs a password.')
  }
  if (OUT_OF_MEMORY.test(message)) {
    return new FailureError(FailureCode.TooLarge, 'The PDF needs more memory than a document may.', {
      cause: error,
    })
  }
  return new FailureError(FailureCode.Unreadable, 'The PDF is broken and cannot be read.', { cause: error })
}
