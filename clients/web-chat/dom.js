/** What every part of the page uses. */
export const $ = (id) => document.getElementById(id)
export const number = new Intl.NumberFormat('en')
export const plural = (n, one) => `${number.format(n)} ${one}${n === 1 ? '' : 's'}`

export function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties)
  node.append(...children)
  return node
}
