// The collections that can be asked.

import { $, plural } from './dom.js'
import { call } from './graphql.js'
import { keyName } from './key.js'

const listCollections = `query Collections($after: String) { collections(first: 100, after: $after) {
  edges { node { name stats { documents } } } pageInfo { hasNextPage endCursor }
} }`
const choiceName = 'groundwire-collection'

/** Fills the choice of collections. Without documents, there is nothing to ask: it shows how to add them. */
export async function refresh(choice = sessionStorage.getItem(choiceName)) {
  const collections = []
  for (let after = null; after !== undefined; ) {
    const { edges, pageInfo } = (await call(listCollections, { after })).collections
    collections.push(...edges.map(({ node }) => node))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined
  }
  const option = ({ name, stats }) => new Option(`${name} · ${plural(stats.documents, 'document')}`, name)
  $('collection').replaceChildren(...collections.map(option))
  $('names').replaceChildren(...collections.map(({ name }) => new Option(name)))
  if (collections.some(({ name }) => name === choice)) $('collection').value = choice
  $('collection').disabled = collections.length === 0
  $('into').value ||= $('collection').value || 'default'
  $('change-key').hidden = !sessionStorage.getItem(keyName)
  const empty = collections.every(({ stats }) => stats.documents === 0)
  $('hint').textContent = empty
    ? 'There are no documents yet. Add some, and the claims of every answer cite them word for word.'
    : 'The claims of every answer cite the passages that they stand on, word for word.'
  if (empty) showAdd(true)
}

/** The collection that is asked from now on, where it is one of them. */
export function choose(name) {
  if (![...$('collection').options].some(({ value }) => value === name)) return
  $('collection').value = $('into').value = name
  sessionStorage.setItem(choiceName, name)
}

export function showAdd(shown) {
  $('add').hidden = !shown
  $('toggle-add').ariaExpanded = String(shown)
}
