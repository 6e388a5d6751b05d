/** The types that are read by more than one file; others stand in parse.ts alone. */
export const MediaType = {
  Plain: 'text/plain',
  Markdown: 'text/markdown',
  Html: 'text/html',
  Csv: 'text/csv',
  Tsv: 'text/tab-separated-values',
  Json: 'application/json',
  JsonLines: 'application/x-ndjson',
  Pdf: 'application/pdf',
  Docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const

/** A MIME type without its parameters, in lower case. */
export function mediaType(mimeType: string): string {
  return (mimeType.split(';', 1)[0] ?? '').trim().toLowerCase()
}
