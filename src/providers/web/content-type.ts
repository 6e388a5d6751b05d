import { headerParameters } from './header-parameters.ts'

const token = /^[!#$%&'*+.^_`|~0-9a-z-]{1,127}\/[!#$%&'*+.^_`|~0-9a-z-]{1,127}$/

/** Type and charset of a Content-Type, in lower case; null for what is missing or no token. */
export function readContentType(header: string | null): { mimeType: string | null; charset: string | null } {
  const { value, parameters } = headerParameters(header ?? '')
  const mimeType = value.toLowerCase()
  const charset = parameters.get('charset')?.toLowerCase() ?? ''
  return {
    mimeType: token.test(mimeType) ? mimeType : null,
    charset: /^[a-z0-9][a-z0-9._:+-]{0,63}$/.test(charset) ? charset : null,
  }
}
