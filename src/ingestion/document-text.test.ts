import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EncodedText, utf8Runs } from './document-text.ts'

const unit = fc.constantFrom('a', 'ä', '€', '𝄞', '灯', '\n')

test('a text that is kept encoded is the text', () => {
  const texts = fc.array(fc.tuple(fc.array(unit, { minLength: 1, maxLength: 20 }), fc.nat({ max: 9_000 })), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1e5 }), (parts, one, other, size) => {
      const pieced = new EncodedText()
      const strings = parts.map(([units, times]) => units.join('').repeat(times))
      for (const part of strings) pieced.append(Buffer.from(part))
      const text = strings.join('')
      expect(pieced.length).toBe(text.length)
      expect(pieced.toString() === text).toBe(true)
      const [start = 0, end = 0] = [one, other].map((at) => at % (text.length + 1)).sort((a, b) => a - b)
      expect(pieced.slice(start, end) === text.slice(start, end)).toBe(true)
      for (const each of [pieced, text]) {
        const runs = Array.from(utf8Runs(each, size), (run) => run.toString())
        expect(runs.join('') === text).toBe(true)
        expect(runs.length).toBeGreaterThan(0)
      }
    }),
  )
})
