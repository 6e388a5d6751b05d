import { expect, test } from 'vitest'
import { holdsAnswer } from './gold-answers.ts'

test.each([
  ['It began in October 1973.', ['October 1973']],
  ['The “first oil\nshock” came.', ['"First oil shock"']],
  ['Twelve, or 12.', ['none', '12']],
  ['ทีมรับของแพนเธอร์สได้คะแนน 308 ในลีก', ['คะแนน 308']],
  ['东京是日本的首都。', ['日本']],
  ['It cost $12.', ['$12']],
])('%j holds one of %j', (text, answers) => {
  expect(holdsAnswer(text, answers)).toBe(true)
})

test.each([
  ['It began in 1973.', ['3', '197']],
  ['It began there.', ['the']],
  ['Anything', []],
  ['Anything', ['']],
])('%j holds none of %j', (text, answers) => {
  expect(holdsAnswer(text, answers)).toBe(false)
})
