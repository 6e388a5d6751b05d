import { expect, it } from 'vitest'
import type { ExtractedSentence } from './extract.ts'
import { extractedText } from './extract-text.ts'

const sentence = (text: string, form?: ExtractedSentence['form'], quote = text): ExtractedSentence => ({
  text,
  marker: 1,
  quote,
  start: 0,
  end: text.length,
  ...(form ? { form } : {}),
})

it('writes sentences on, items below each other, and a fence with its citation below', () => {
  const parts = [
    sentence('One.'),
    sentence('Two.'),
    sentence('Then:'),
    sentence('first', 'item', '- first'),
    sentence('More.', 'item'),
    sentence('second', 'item', '2. second'),
    sentence('```sh\nrun a[1]\n```', 'code'),
    sentence('End.'),
  ]
  expect(extractedText(parts)).toBe(
    'One. [1] Two. [1]\n\nThen: [1]\n\n- first [1] More. [1]\n2. second [1]\n\n```sh\nrun a[1]\n```\n[1]\n\nEnd. [1]',
  )
  // The answer is streamed part by part.
  for (const end of parts.keys())
    expect(extractedText(parts).startsWith(extractedText(parts.slice(0, end)))).toBe(true)
})
