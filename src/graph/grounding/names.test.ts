import { expect, it } from 'vitest'
import { namesIn } from './names.ts'

it.each([
  ['Who led the Bank of America in 1958?', [['Bank', 'America']]],
  ["What was William Johnson's name?", [['William', 'Johnson']]],
  ['Did it reach Rome, Paris or Bonn?', [['Rome'], ['Paris'], ['Bonn']]],
  ['It is late. Who came?', []],
  ['Where does he live?', []],
  ['Кто основал Большой театр?', [['Большой']]],
  ['Wer leitet die Schule in Bonn?', []],
])('%s', (question, names) => expect(namesIn(question)).toEqual(names))
