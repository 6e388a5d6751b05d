import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTracing } from '../../src/telemetry/start-tracing.ts'
import { bootToy, type Toy } from './boot-toy.ts'

interface OtlpSpan {
  name: string
  traceId: string
  parentSpanId?: string
  attributes: { key: string; value: { stringValue?: string; boolValue?: boolean } }[]
  status: { code?: number; message?: string }
}

const spans: OtlpSpan[] = []
let service: string | undefined
const collector = createServer(async (request, response) => {
  const { resourceSpans } = JSON.parse((await request.toArray()).join(''))
  for (const { resource, scopeSpans } of resourceSpans) {
    const named = resource.attributes.find(({ key }: { key: string }) => key === 'service.name')
    service = named?.value.stringValue
    spans.push(...scopeSpans.flatMap((scope: { spans: OtlpSpan[] }) => scope.spans))
  }
  response.end('{}')
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
let toy: Toy

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const tracing = await startTracing({ export: true })
  toy = await bootToy()
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  await toy.post(
    { query: 'query Mine($n: String!) { hello(name: $n) }', variables: { n: 'confidential' } },
    headers,
  )
  await toy.query('{ fails }')
  await toy.query('{ hello missing }')
  await toy.query('{ nothing }')
  const sse = createClient({ url: `${toy.url}/graphql`, retryAttempts: 0 })
  await Array.fromAsync(sse.iterate({ query: 'subscription { count(to: 2) }' }))
  await Array.fromAsync(sse.iterate({ query: 'subscription { breaks }' }))
  await Array.fromAsync(sse.iterate({ query: 'subscription { refused }' }))
  await toy.stop(1_000)
  await tracing?.[Symbol.asyncDispose]()
})
afterAll(async () => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  await new Promise((resolve) => collector.close(resolve))
})

test('every operation has one span that ended, throwing and streaming ones too', () => {
  expect(spans.map(({ name }) => name).sort()).toEqual([
    'query fails',
    'query hello',
    'query multiple',
    'subscription breaks',
    'subscription count',
    'subscription refused',
  ])
  expect(service).toBe('groundwire')
})

test('a trace that the client began goes on', () => {
  const span = spans.find(({ name }) => name === 'query hello')
  expect(span).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
})

test('spans say which class of error failed them and hold no content', () => {
  const failed = spans
    .filter(({ status }) => status.code === 2)
    .map(({ name, status }) => [name, status.message])
  expect(Object.fromEntries(failed)).toEqual({
    'query fails': 'Error',
    'query multiple': 'NotFoundError',
    'subscription breaks': 'Error',
    'subscription refused': 'NotFoundError',
  })
  expect(JSON.stringify(spans)).not.toMatch(/confidential|hunter2|No such/)
})

test('operations are timed by root field and outcome', async () => {
  const count = (operation_type: string, operation: string, outcome: string) =>
    toy.metrics.operationDuration
      .get()
      .then(
        ({ values }) =>
          values.find(
            ({ metricName, labels }) =>
              metricName?.endsWith('_count') &&
              labels.operation_type === operation_type &&
              labels.operation === operation &&
              labels.outcome === outcome,
          )?.value,
      )
  expect(await count('query', 'hello', 'ok')).toBe(1)
  expect(await count('query', 'fails', 'internal_server_error')).toBe(1)
  expect(await count('query', 'multiple', 'not_found')).toBe(1)
  expect(await count('unknown', 'unknown', 'bad_user_input')).toBe(1)
  expect(await count('subscription', 'count', 'ok')).toBe(1)
  expect(await count('subscription', 'refused', 'not_found')).toBe(1)
  expect(await toy.value('groundwire_active_streams', { transport: 'sse' })).toBe(0)
})

test('without an exporter nothing is started', async () => {
  expect(await startTracing({ export: false })).toBeNull()
})
