import { expect, test } from 'vitest'
import { copyText } from './support/copy-text.ts'

test('what separates fields and rows is escaped in them, and null is told from text', () => {
  const text = Buffer.concat([...copyText([['a\tb\n', '\\N', null, 1]])]).toString()
  expect(text).toBe('a\\tb\\n\t\\\\N\t\\N\t1\n')
})
