import { expect, test } from 'vitest'
import { headingText } from './heading-text.ts'

test.each([
  ['## Path **parameters** ##', 'Path parameters'],
  ['# `async` and `__init__`', 'async and __init__'],
  ['### [Link *text*](https://example.org/a) { #link }', 'Link text'],
  ['# ![logo](logo.svg) Name', 'logo Name'],
  ['# [**`TestClient`**][ref]', 'TestClient'],
  ['# <abbr title="a > b">API</abbr> keys {: .class #id }', 'API keys'],
  ['# snake_case stays, _emphasis_ goes', 'snake_case stays, emphasis goes'],
  ['# 2 \\* 3 = 6 \\# done', '2 * 3 = 6 # done'],
  ['# C#', 'C#'],
  ['Setext  title\n=====', 'Setext title'],
  ['# 並行処理と async / await { #concurrency-and-async-await }', '並行処理と async / await'],
  ['#', ''],
])('%j is %j', (source, text) => {
  expect(headingText(source)).toBe(text)
})
