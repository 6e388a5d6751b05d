import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FailureCode } from '../../failure.ts'
import { DocumentWriter } from './document-writer.ts'
import { JsonSyntaxError, readJson } from './json-reader.ts'
import { JsonText } from './json-text.ts'
import { MediaType } from './media-type.ts'
import { parseBytes } from './parse.fixture.ts'

const parse = (text: string, type: string = MediaType.Json) =>
  parseBytes(new TextEncoder().encode(text), type)
const blocks = async (text: string, type?: string) => {
  const parsed = await parse(text, type)
  return parsed.blocks.map(({ start, end }) => parsed.text.slice(start, end))
}

describe('JSON', () => {
  test('becomes lines of paths and values', async () => {
    expect(await blocks('{"a": {"b": "text", "c": [1, 2]}, "d": null, "e": true}')).toEqual([
      'a.b: text\na.c: 1, 2',
      'd: null\ne: true',
    ])
  })

  test('keeps numbers as they are written', async () => {
    expect(await blocks('[{"n": 12345678901234567890, "x": 1.10, "e": 1E400}]')).toEqual([
      'n: 12345678901234567890\nx: 1.10\ne: 1E400',
    ])
  })

  test('has a block for each record of an array', async () => {
    expect(
      await blocks('{"items": [{"name": "A", "tags": ["x", "y"]}, {"name": "B", "of": [{"z": 1}]}]}'),
    ).toEqual(['items.name: A\nitems.tags: x, y', 'items.name: B\nitems.of[0].z: 1'])
    expect(await blocks('[{"a": 1}, {"a": 2}]')).toEqual(['a: 1', 'a: 2'])
  })

  test('keeps long and multiline strings apart', async () => {
    const long = 'word '.repeat(20).trim()
    expect(await blocks(JSON.stringify({ a: ['x', long, 'two\nlines', 'y'] }))).toEqual([
      `a: x\na[1]: ${long}\na[2]: two\nlines\na: y`,
    ])
  })

  test('is called what its title or name says', async () => {
    expect((await parse('{"name": "n", "title": "The Title", "x": {"title": "no"}}')).title).toBe('The Title')
    expect((await parse('{"name": "groundwire"}')).title).toBe('groundwire')
    expect((await parse('[{"title": "x"}]')).title).toBeNull()
  })

  test.each([
    ['{"a": 1,\n "b" 2}', /line 2: A colon/],
    ['[1, 2', /line 1: A comma or \]/],
    ['{"a": "never closed}', /line 1: The end of a string/],
    ['{"a": 01}', /A value/],
    ['{"a": "\\x"}', /A string/],
    ['{"a": 1} trailing', /The end of the document/],
    ['{a: 1}', /A name in quotes/],
    ['[1,]', /A value/],
  ])('that is broken says where: %j', async (text, message) => {
    await expect(parse(text)).rejects.toMatchObject({
      failure: { code: FailureCode.Unreadable, message: expect.stringMatching(message) },
    })
  })

  test('with nothing in it is empty', async () => {
    await expect(parse('{"a": []}')).rejects.toMatchObject({ failure: { code: FailureCode.Empty } })
  })

  test('is read as JSON.parse reads it', () => {
    const read = (text: string): boolean => {
      const nothing = () => {}
      const visitor = { beginObject: nothing, endObject: nothing, beginArray: nothing, endArray: nothing }
      try {
        return readJson(text, 0, { ...visitor, key: nothing, scalar: nothing }) === text.length
      } catch (error) {
        if (error instanceof JsonSyntaxError) return false
        throw error
      }
    }
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    const near = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '0', '\\', ' ', '-', 'e'))
      .map(
        ([text, at, piece]) =>
          text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1),
      )
    fc.assert(
      fc.property(fc.oneof(fc.json(), near), (text) => {
        expect(read(text)).toBe(parses(text))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('JSON Lines', () => {
  test('are a block a line', async () => {
    const text = '{"id": 1, "x": [{"y": 2}]}\n\n{"id": 2}\n'
    const expected = ['id: 1\nx[0].y: 2', 'id: 2']
    expect(await blocks(text, MediaType.JsonLines)).toEqual(expected)
    expect(await blocks(text, MediaType.Json)).toEqual(expected)
  })

  test('keep a line that is broken', async () => {
    expect(await blocks('{"id": 1}\n{"id": \n{"id": 3}', MediaType.JsonLines)).toEqual([
      'id: 1',
      '{"id":',
      'id: 3',
    ])
  })

  test('that are mostly broken are unreadable', async () => {
    await expect(parse('{"id": 1}\nno\nno\n', MediaType.JsonLines)).rejects.toMatchObject({
      failure: { code: FailureCode.Unreadable, message: expect.stringMatching(/line 2/) },
    })
  })
})

test('short paths make the text hardly longer than the JSON', () => {
  const value = { list: { rows: [[1, 2], [3]], tags: ['x', 'y'], of: [{ a: { b: 'c' } }, { d: 'e' }] } }
  const writer = new DocumentWriter()
  const visitor = new JsonText(writer, { shortPaths: true })
  readJson(JSON.stringify(value), 0, visitor)
  visitor.flush()
  expect(writer.take(null).text).toBe('1, 2\n3\ntags: x, y\n\nb: c\n\nd: e')
})
