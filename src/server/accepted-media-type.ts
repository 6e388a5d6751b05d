const json = 'application/json'
const graphql = 'application/graphql-response+json'

/** What the usual clients accept, without white space: fetch, curl and Apollo among them. */
const known: Readonly<Record<string, string>> = {
  '*/*': json,
  [json]: json,
  [graphql]: graphql,
  [`${graphql},${json}`]: graphql,
  [`${graphql},${json};q=0.9`]: graphql,
}

const eventStreams: ReadonlySet<string> = new Set(['text/event-stream', 'text/*', '*/*'])

/** Whether a stream may be the answer, as Yoga understands the header. */
export function acceptsEventStream(accept = '*/*'): boolean {
  return accept.split(',').some((range) => eventStreams.has((range.split(';')[0] ?? '').trim().toLowerCase()))
}

/** The media type of a single result, as Yoga chooses it; null where that takes more than a table. */
export function acceptedMediaType(accept: string | undefined): string | null {
  if (accept === undefined) return json
  const type = known[accept] ?? known[accept.replaceAll(' ', '')]
  return type ?? null
}
