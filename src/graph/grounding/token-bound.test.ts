import { expect, it } from 'vitest'
import { tokenBound } from './token-bound.ts'

// Counted with GPT-2's tokenizer and cl100k_base, the larger number; the bound is never below.
it.each([
  ['The tower, finished in 1889, is 300 metres tall.', 15],
  ['Η Αθήνα είναι η πρωτεύουσα και μεγαλύτερη πόλη της Ελλάδας.', 70],
  ['القاهرة هي عاصمة جمهورية مصر العربية وأكبر مدنها، وتقع على ضفاف نهر النيل.', 74],
  ['ภาษาไทยเป็นภาษาราชการ', 42],
  ['自然言語処理は面白い。', 22],
  ['👩‍💻🇩🇪👍🏽🧪🫠', 25],
  ['qxzjkvwbqxzjkvwb', 14],
  ['aZ3/9fQ+xR7tYb1KpL0wEc==', 22],
  ['!@#$%^&*(){}<>?/|~', 15],
  [' '.repeat(100), 100],
  ['\n'.repeat(100), 50],
])('counts %j for no less than a tokenizer does', (text, tokens) => {
  expect(tokenBound(text)).toBeGreaterThanOrEqual(tokens)
})

it('counts English for no more than two and a half times what it has', () => {
  const text = 'The quick brown fox jumps over the lazy dog, and then it walks home to sleep until morning. '
  expect(tokenBound(text)).toBeLessThan(2.5 * 21)
})
