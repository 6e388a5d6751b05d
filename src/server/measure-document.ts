import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

export interface DocumentSize {
  /** Fields nested in each other. */
  readonly depth: number
  /** Aliased fields, each as often as fragments repeat it. */
  readonly aliases: number
  /** Fields of the outermost selection set, each as often as fragments repeat it. */
  readonly rootFields: number
}

const nothing: DocumentSize = { depth: 0, aliases: 0, rootFields: 0 }

/**
 * The largest operation of a document with its fragments expanded: 15 fragments that each spread the next
 * twice under two aliases are 100 tokens and 32,768 resolver calls. Each fragment is measured once, so the
 * measuring is linear. Fragments that spread themselves are left to validation.
 */
export function measureDocument(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const measured = new Map<string, DocumentSize>()

  function measureFragment(name: string): DocumentSize {
    const known = measured.get(name)
    if (known) return known
    measured.set(name, nothing)
    const fragment = fragments.get(name)
    const size = fragment ? measure(fragment.selectionSet) : nothing
    measured.set(name, size)
    return size
  }

  function measure(selectionSet: SelectionSetNode): DocumentSize {
    let { depth, aliases, rootFields } = nothing
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? measure(selection.selectionSet) : nothing
        depth = Math.max(depth, 1 + below.depth)
        aliases += below.aliases + (selection.alias ? 1 : 0)
        rootFields += 1
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? measure(selection.selectionSet)
            : measureFragment(selection.name.value)
        depth = Math.max(depth, inner.depth)
        aliases += inner.aliases
        rootFields += inner.rootFields
      }
    }
    return { depth, aliases, rootFields }
  }

  let largest = nothing
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const size = measure(definition.selectionSet)
    largest = {
      depth: Math.max(largest.depth, size.depth),
      aliases: Math.max(largest.aliases, size.aliases),
      rootFields: Math.max(largest.rootFields, size.rootFields),
    }
  }
  return largest
}
