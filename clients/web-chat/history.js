// The conversations that there are: opened and deleted.

import { $, element } from './dom.js'
import { call } from './graphql.js'

const list = `query Conversations($after: String) { conversations(first: 20, after: $after) {
  edges { node { id title updatedAt } } pageInfo { hasNextPage endCursor }
} }`
const remove = `mutation Delete($input: DeleteConversationInput!) {
  deleteConversation(input: $input) { deletedConversationId }
}`
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

let older = null

/** @param chosen its `opened` and `deleted` are called with the id of a conversation */
export async function showHistory(chosen) {
  $('history-list').replaceChildren()
  older = null
  await showMore(chosen)
  $('history').showModal()
}

export async function showMore(chosen) {
  const { edges, pageInfo } = (await call(list, { after: older })).conversations
  $('history-list').append(...edges.map(({ node }) => row(node, chosen)))
  older = pageInfo.hasNextPage ? pageInfo.endCursor : null
  $('older').hidden = older === null
  $('history-empty').hidden = $('history-list').hasChildNodes()
}

function row({ id, title, updatedAt }, chosen) {
  const open = element('button', { type: 'button', className: 'open' }, title)
  const when = element('time', { dateTime: updatedAt }, date.format(new Date(updatedAt)))
  const drop = element('button', { type: 'button', ariaLabel: `Delete ${title}` }, 'Delete')
  const item = element('li', {}, open, when, drop)
  open.addEventListener('click', () => {
    $('history').close()
    chosen.opened(id)
  })
  let sure = false
  drop.addEventListener('click', async () => {
    if (!sure) {
      sure = true
      drop.textContent = drop.ariaLabel = 'Delete for ever?'
      return
    }
    try {
      await call(remove, { input: { conversationId: id } })
      item.remove()
      chosen.deleted(id)
    } catch (error) {
      when.textContent = error.message
    }
  })
  return item
}
