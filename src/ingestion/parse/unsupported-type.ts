import { FailureCode, FailureError } from '../../failure.ts'

/** What helps with types that come often, by their beginning. */
const ADVICE: readonly (readonly [type: string, advice: string])[] = [
  ['application/msword', 'Save it as .docx.'],
  ['application/rtf', 'Save it as .docx.'],
  ['application/vnd.oasis.opendocument.text', 'Save it as .docx.'],
  ['application/vnd.ms-excel', 'Save each sheet as CSV.'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml', 'Save each sheet as CSV.'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'Save each sheet as CSV.'],
  ['application/vnd.ms-powerpoint', 'Export it as PDF.'],
  ['application/vnd.openxmlformats-officedocument.presentationml', 'Export it as PDF.'],
  ['application/epub', 'Convert it to HTML or PDF.'],
  ['application/zip', 'Unpack it and upload its files.'],
  ['application/gzip', 'Unpack it and upload its files.'],
  ['application/x-tar', 'Unpack it and upload its files.'],
  ['image/', 'Text in images is not recognised: upload a PDF with a text layer.'],
]

const SUPPORTED = 'Plain text, Markdown, HTML, PDF, DOCX, CSV, TSV, JSON and JSON Lines can be read.'

/** UNSUPPORTED_TYPE, with the type's name and what to do about it. */
export function unsupportedType(type: string): FailureError {
  const advice = ADVICE.find(([beginning]) => type.startsWith(beginning))?.[1] ?? SUPPORTED
  return new FailureError(
    FailureCode.UnsupportedType,
    `Documents of type ${type || '(none)'} cannot be read. ${advice}`,
  )
}
