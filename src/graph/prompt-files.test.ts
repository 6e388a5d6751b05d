import { expect, it } from 'vitest'
import { prompt, promptVersion } from './prompt-files.ts'

it('fills in a value once, and nothing within it', () => {
  const filled = prompt('passage', { number: '1', title: '{{text}}', text: '$& {{number}}' })
  expect(filled).toBe('<passage number="1" title="{{text}}">\n$& {{number}}\n</passage>')
})

it('refuses a prompt that there is not, and one that lacks a value', () => {
  expect(() => prompt('none')).toThrow('none')
  expect(() => prompt('passage', { number: '1' })).toThrow('title')
})

it('has a version', () => expect(promptVersion).toMatch(/^[0-9a-f]{12}$/))
