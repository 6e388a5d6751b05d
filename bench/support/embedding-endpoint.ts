/**
 * An embedding server that costs next to nothing, as a process of its own: OpenAI's protocol, vectors that follow from
 * the text. Its arguments are their dimensions and, where they shall have likenesses, `clustered`. It prints its address.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { murmur3 } from '../../src/retrieval/lexical/murmur3.ts'
import { clusteredVector, randomVector } from './clustered-vectors.ts'

const dimensions = Number(process.argv[2] ?? 384)
const clustered = process.argv[3] === 'clustered'

function vectorOf(text: string): string {
  // Without any likeness, they are the worst case of an HNSW index.
  const vector = clustered ? clusteredVector(text, dimensions) : randomVector(murmur3(text, 1), dimensions)
  return Buffer.from(vector.buffer).toString('base64')
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

const server = createServer(async (request, response) => {
  const { model, input } = JSON.parse(await bodyOf(request)) as { model: string; input: string | string[] }
  const texts = typeof input === 'string' ? [input] : input
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
  const usage = { prompt_tokens: texts.length, total_tokens: texts.length }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ object: 'list', model, data, usage }))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`)
})
