import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql'

export interface OperationLabels {
  /** query, mutation or subscription; unknown where the document has no such operation. */
  readonly type: string
  /** The schema's name of the one root field; `multiple` for several. Bounded, as clients' own names are not. */
  readonly field: string
}

/** By document, and in it by name: documents come again and again. */
const labelled = new WeakMap<DocumentNode, Map<string, OperationLabels>>()

/** Names an operation for metrics and spans. The document has been validated, so its fields are the schema's. */
export function labelOperation(document: DocumentNode, operationName?: string | null): OperationLabels {
  const known = labelled.get(document)?.get(operationName ?? '')
  if (known) return known
  const labels = findLabels(document, operationName)
  if (labels === unknown) return labels
  const byName = labelled.get(document) ?? new Map<string, OperationLabels>()
  labelled.set(document, byName.set(operationName ?? '', labels))
  return labels
}

const unknown: OperationLabels = { type: 'unknown', field: 'unknown' }

function findLabels(document: DocumentNode, operationName?: string | null): OperationLabels {
  const operation = getOperationAST(document, operationName)
  // Names that are not in the document are a client's, and as many as it likes.
  if (!operation) return unknown

  const fields = new Set<string>()
  const visited = new Set<string>()
  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) fields.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value)
        for (const definition of document.definitions) {
          if (
            definition.kind === Kind.FRAGMENT_DEFINITION &&
            definition.name.value === selection.name.value
          ) {
            collect(definition.selectionSet)
          }
        }
      }
    }
  }
  collect(operation.selectionSet)
  const [field = 'unknown'] = fields
  return { type: operation.operation, field: fields.size > 1 ? 'multiple' : field }
}
