/** Protocol Buffers by hand, as far as ONNX needs it (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low + 128 : low)
  } while (rest > 0)
  return Buffer.from(bytes)
}

const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)])
const bytes = (field: number, ...parts: readonly (Uint8Array | string)[]) => {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content])
}

const elementType = { float: 1, int64: 7 } as const

/** ValueInfoProto: a tensor by name; a dimension of any size has a name. */
function value(name: string, type: keyof typeof elementType, shape: readonly (string | number)[]): Buffer {
  const dims = shape.map((size) => bytes(1, typeof size === 'string' ? bytes(2, size) : number(1, size)))
  const tensor = bytes(1, number(1, elementType[type]), bytes(2, ...dims))
  return Buffer.concat([bytes(1, name), bytes(2, tensor)])
}

/**
 * An ONNX model that answers every token with its row of the table: last_hidden_state = Gather(table, input_ids).
 * The mask is an input that it ignores, as pooling is not its work.
 */
export function lookupModel(table: readonly Float32Array<ArrayBuffer>[]): Buffer {
  const [row] = table
  if (!row) throw new RangeError('A table without rows')
  const initializer = Buffer.concat([
    number(1, table.length),
    number(1, row.length),
    number(2, elementType.float),
    bytes(8, 'table'),
    bytes(9, ...table.map(({ buffer }) => new Uint8Array(buffer))),
  ])
  const gather = Buffer.concat([
    bytes(1, 'table'),
    bytes(1, 'input_ids'),
    bytes(2, 'last_hidden_state'),
    bytes(4, 'Gather'),
  ])
  const graph = Buffer.concat([
    bytes(1, gather),
    bytes(2, 'lookup'),
    bytes(5, initializer),
    bytes(11, value('input_ids', 'int64', ['texts', 'tokens'])),
    bytes(11, value('attention_mask', 'int64', ['texts', 'tokens'])),
    bytes(12, value('last_hidden_state', 'float', ['texts', 'tokens', row.length])),
  ])
  const opset = Buffer.concat([bytes(1, ''), number(2, 13)])
  return Buffer.concat([number(1, 8), bytes(8, opset), bytes(7, graph)])
}
