/**
 * An embedding server whose vectors are of the same clusters as those of bench/vector.ts. Its arguments: how many those
 * are, their dimensions. It prints its address.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { questionVector } from './question-vector.ts'
import { vectorMixture } from './vector-mixture.ts'

const [count = 20_000, dimensions = 384] = process.argv.slice(2).map(Number)
const vectors = vectorMixture(count, dimensions)

async function embed(request: IncomingMessage): Promise<string> {
  const { model, input } = JSON.parse(await textOf(request)) as { model: string; input: string | string[] }
  const texts = typeof input === 'string' ? [input] : input
  const data = texts.map((text, index) => {
    const embedding = Buffer.from(questionVector(vectors, text).buffer).toString('base64')
    return { object: 'embedding', index, embedding }
  })
  const usage = { prompt_tokens: texts.length, total_tokens: texts.length }
  return JSON.stringify({ object: 'list', model, data, usage })
}

const server = createServer(async (request, response) => {
  const body = await embed(request)
  response.setHeader('content-type', 'application/json')
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`)
})
