import { GraphQLError, Kind, type ValueNode } from 'graphql'
import { limits } from '../resolvers/limits.ts'
import { builder } from './builder.ts'

builder.scalarType('JSON', {
  description: `Any JSON value. Document metadata is an object of at most ${limits.metadataBytes / 1024} KiB serialised, ${limits.metadataDepth} levels deep.`,
  serialize: (value) => value,
  parseValue: requireJson,
  parseLiteral: (node, variables) => requireJson(fromLiteral(node, variables ?? {})),
})

function notJson(): GraphQLError {
  return new GraphQLError('JSON holds null, booleans, finite numbers, strings, lists and objects', {
    extensions: { code: 'BAD_USER_INPUT' },
  })
}

/** Not recursive: the limit on levels is a document's own, so deeper values must get as far as that. */
function requireJson(value: unknown): unknown {
  const rest = [value]
  while (rest.length > 0) {
    const item = rest.pop()
    if (item === null || typeof item === 'string' || typeof item === 'boolean') continue
    if (typeof item === 'number' && Number.isFinite(item)) continue
    // An uploaded file can stand wherever variables held null.
    if (typeof item !== 'object' || !(Array.isArray(item) || isPlain(item))) throw notJson()
    for (const child of Object.values(item)) rest.push(child)
  }
  return value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function fromLiteral(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.LIST:
      return node.values.map((item) => fromLiteral(item, variables) ?? null)
    case Kind.OBJECT:
      // Entries define own properties, also one called __proto__. An absent variable leaves its key out.
      return Object.fromEntries(
        node.fields
          .map(({ name, value }) => [name.value, fromLiteral(value, variables)] as const)
          .filter(([, value]) => value !== undefined),
      )
    case Kind.VARIABLE:
      return variables[node.name.value]
    default:
      throw notJson()
  }
}
