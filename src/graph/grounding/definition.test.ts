import { describe, expect, it } from 'vitest'
import { asksForDefinition, definedIn } from './definition.ts'

describe('asksForDefinition', () => {
  it.each([
    'What is ASGI?',
    'what are HTTP methods',
    'What does response_model do?',
    'Was ist eine Zelle?',
    'Что такое сила?',
    'ASGIとは何ですか？',
    '什么是力？',
    'แรงคืออะไร',
  ])('%s', (question) => expect(asksForDefinition(question)).toBe(true))

  it.each([
    'What is the capital of France?',
    'What is the difference between it and that?',
    'Who is he?',
    '',
  ])('not %s', (question) => expect(asksForDefinition(question)).toBe(false))

  it('reads a hostile question in linear time', () => {
    for (const unit of ['a', 'a ', ' ', '.-'])
      expect(asksForDefinition(`what is ${unit.repeat(50_000)}!`)).toBe(false)
  })
})

describe('definedIn', () => {
  it.each([
    ['A cell is the unit of life.', 'A cell '],
    ['Сила — это мера.', 'Сила — '],
    ['力是量度。', '力'],
    ['It grew.', undefined],
  ])('%s', (sentence, subject) => expect(definedIn(sentence)).toBe(subject))
})
