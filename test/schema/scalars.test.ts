import { expect, test } from 'vitest'
import { schema } from '../../src/schema/index.ts'
import { uploadedFile } from '../testkit/uploaded-file.ts'
import { contextOf, execute } from './testkit.ts'

const scalar = (name: string) => {
  const type = schema.getType(name)
  if (!type || !('parseValue' in type)) throw new Error(`${name} is not a scalar`)
  return type as { parseValue(value: unknown): unknown; serialize(value: unknown): unknown }
}
const dateTime = scalar('DateTime')
const json = scalar('JSON')

test.each([
  ['2026-11-20T09:30:00.000Z', '2026-11-20T09:30:00.000Z'],
  ['2026-11-20T09:30Z', '2026-11-20T09:30:00.000Z'],
  ['2026-11-20T09:30:00.123456789+05:30', '2026-11-20T04:00:00.123Z'],
  ['2024-02-29T00:00:00-11:00', '2024-02-29T11:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('DateTime reads %s', (text, instant) => {
  expect((dateTime.parseValue(text) as Date).toISOString()).toBe(instant)
  expect(dateTime.serialize(new Date(instant))).toBe(instant)
})

test.each([
  '2026-11-20',
  '2026-11-20T09:30:00',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00+99:00',
  '0000-06-01T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '+012026-01-01T00:00:00Z',
  '20 Nov 2026',
  '',
  1_700_000_000_000,
  null,
  {},
])('DateTime refuses %j', (value) => {
  expect(() => dateTime.parseValue(value)).toThrow('ISO 8601 instant with its offset')
})

test('a wrong DateTime tells where it stands, as a variable and as a literal', async () => {
  const context = contextOf({}, {})
  const variable =
    'query ($at: DateTime) { retrieve(input: { query: "q", filter: { createdAfter: $at } }) { mode } }'
  const byVariable = await execute(context, variable, { at: 'yesterday' })
  const byLiteral = await execute(context, variable.replace('$at }', '"yesterday" }'), {})
  expect(byVariable.errors?.[0]?.message).toMatch(/Variable "\$at" got invalid value "yesterday"/)
  expect(byVariable.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  expect(byLiteral.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test.each([[null], [true], [0], [-1.5], ['text'], [[]], [{}], [{ a: [{ b: null }] }]])(
  'JSON reads %j',
  (value) => {
    expect(json.parseValue(value)).toEqual(value)
    expect(json.serialize(value)).toEqual(value)
  },
)

test('JSON refuses what is none, however deep it stands', () => {
  const file = uploadedFile('', 'a.txt')
  for (const value of [undefined, Number.POSITIVE_INFINITY, 1n, () => 1, file, new Date(), { a: [file] }]) {
    expect(() => json.parseValue(value)).toThrow('JSON holds')
  }
})

test('a File comes only as a variable, and never goes out', async () => {
  const source =
    'mutation { ingestDocuments(input: { documents: [{ source: { file: "a" } }] }) { results { index } } }'
  const result = await execute(contextOf({}, {}), source)
  expect(result.errors?.[0]?.message).toMatch(/File comes as a variable/)
  const byVariable = `mutation ($file: File) { ingestDocuments(input: { documents: [{ source: { file: $file } }] }) {
    results { index } } }`
  for (const file of ['a', { name: 'a', read: 'b' }, 1]) {
    const { errors } = await execute(contextOf({}, {}), byVariable, { file })
    expect(errors?.[0]?.message).toMatch(/File comes as a part of a multipart request/)
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  }
  expect(() => scalar('File').serialize('a')).toThrow('only an input')
})
