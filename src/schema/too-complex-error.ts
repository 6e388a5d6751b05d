import { AppError, ErrorCode } from '../errors.ts'

/** An operation asks for more fields than one may. */
export class TooComplexError extends AppError {
  readonly code = ErrorCode.TooComplex

  constructor(complexity: number, limit: number) {
    super(
      `The operation would resolve about ${complexity} fields, and ${limit} are allowed: ask for smaller pages`,
      {
        details: { limit },
      },
    )
  }
}
