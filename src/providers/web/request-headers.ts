import { readFileSync } from 'node:fs'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** What every request says of itself. */
export const requestHeaders: Readonly<Record<string, string>> = {
  'user-agent': `Groundwire/${version}`,
  accept:
    'text/html, application/xhtml+xml, application/pdf, text/markdown, text/plain, application/json, ' +
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document, text/*;q=0.9, */*;q=0.5',
  'accept-encoding': 'gzip, br',
}
