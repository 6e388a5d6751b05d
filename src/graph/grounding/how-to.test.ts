import { describe, expect, it } from 'vitest'
import { asksHowTo, instructsIn } from './how-to.ts'

describe('asksHowTo', () => {
  it.each([
    'How do I set a cookie?',
    'how to install it',
    'How can I test an app?',
    'Wie kann ich es installieren?',
    'Как можно установить пакет?',
    'FastAPIをインストールするには？',
    '如何安装？',
    'ติดตั้งอย่างไร',
  ])('%s', (question) => expect(asksHowTo(question)).toBe(true))

  it.each(['How many are there?', 'How did it begin?', 'Who made it?', 'Как называется река?'])(
    'not %s',
    (question) => expect(asksHowTo(question)).toBe(false),
  )
})

it('tells instructions from statements', () => {
  expect(instructsIn('You can set it.', 'You can set it.')).toBe(true)
  expect(instructsIn('Create a file.', 'Create a file.')).toBe(true)
  expect(instructsIn('The class Response does it.', 'The class `Response` does it.')).toBe(true)
  expect(instructsIn('The sea is wide.', 'The sea is wide.')).toBe(false)
})
