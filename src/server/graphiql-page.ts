import { createHash } from 'node:crypto'
import { graphiqlExamples } from './graphiql-examples.ts'
import type { Page, ServerOptions } from './server-options.ts'

/**
 * GraphiQL in one page that loads nothing from elsewhere. Its 9 MB are imported on the first visit only, so
 * that a server that nobody explores does not hold them.
 */
export function createGraphiqlPage(
  allowedHosts: ServerOptions<unknown, object>['allowedHosts'],
): () => Promise<Page> {
  let page: Promise<Page> | undefined
  return () => {
    page ??= renderPage(allowedHosts)
    return page
  }
}

/**
 * GraphiQL can drag its tabs, and gives each a stale shift to the right that shows as soon as it is pressed:
 * the tab leaves the pointer, and no click comes about. Seen with five tabs in GraphiQL 5 (Yoga 5.24).
 */
const tabsStay = '.graphiql-tabs .graphiql-tab.graphiql-tab { transform: none !important; }'

async function renderPage(allowedHosts: ServerOptions<unknown, object>['allowedHosts']): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const page = renderGraphiQL({
    title: 'Groundwire',
    // Its WebSocket client sends no headers, so where keys are asked for it streams over SSE, which does.
    subscriptionsProtocol: allowedHosts === 'loopback' ? 'WS' : 'GRAPHQL_SSE',
    defaultTabs: graphiqlExamples.map((example) => ({ ...example })),
    shouldPersistHeaders: false,
    credentials: 'same-origin',
  })
  const body = page.replace('</style>', () => `${tabsStay}</style>`)
  return { contentType: 'text/html; charset=utf-8', body, contentSecurityPolicy: policyFor(body) }
}

/** Only its own inline script may run, its workers come from blobs, and it talks to this origin alone. */
function policyFor(html: string): string {
  const start = html.indexOf('<script>') + '<script>'.length
  const script = html.slice(start, html.lastIndexOf('</script>'))
  // Browsers hash the text after HTML's newline normalisation.
  const hash = createHash('sha256').update(script.replace(/\r\n?/g, '\n')).digest('base64')
  return [
    "default-src 'none'",
    // blob: for the workers' own importing; the schema validator of the JSON editor compiles nothing.
    `script-src 'sha256-${hash}' blob:`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
