/**
 * A language model that costs next to nothing, as a process of its own: OpenAI's streamed chat completions, at the pace
 * that the question asks for. It prints its address. GET /sent tells when it sent what, and forgets it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { monotonicMs } from './monotonic-ms.ts'
import { answerTokens, type Pace, paceIn } from './paced-answer.ts'
import type { SentStream } from './sent-stream.ts'

const sent = new Map<number, { received: number; times: number[] }>()
/** Of each length, what is sent for each token: streams share it. */
const events = new Map<number, readonly Buffer[]>()

function eventsOf(count: number): readonly Buffer[] {
  const known = events.get(count)
  if (known) return known
  const made = answerTokens(count).map((content) => event({ content }))
  events.set(count, made)
  return made
}

function event(delta: object, finish: 'stop' | null = null): Buffer {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }]
  return data({ id: 'chatcmpl-paced', object: 'chat.completion.chunk', created: 0, model: 'paced', choices })
}

function data(value: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function answer(response: ServerResponse, pace: Pace, received: number): void {
  const { stream, tokens, rate, firstTokenMs } = pace
  const chunks = eventsOf(tokens)
  const times: number[] = []
  sent.set(stream, { received, times })
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.flushHeaders()
  const first = received + firstTokenMs
  let timer: NodeJS.Timeout
  const next = () => {
    const chunk = chunks[times.length]
    if (!chunk) return end(response, tokens)
    times.push(monotonicMs())
    response.write(chunk)
    // By the plan, not by the last one: a delay of this process is not passed on.
    timer = setTimeout(next, Math.max(0, first + (times.length * 1_000) / rate - monotonicMs()))
  }
  timer = setTimeout(next, Math.max(0, first - monotonicMs()))
  response.once('close', () => clearTimeout(timer))
}

function end(response: ServerResponse, completion: number): void {
  response.write(event({}, 'stop'))
  const usage = { prompt_tokens: 1, completion_tokens: completion, total_tokens: completion + 1 }
  const head = { id: 'chatcmpl-paced', object: 'chat.completion.chunk', created: 0, model: 'paced' }
  response.write(data({ ...head, choices: [], usage }))
  response.end('data: [DONE]\n\n')
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

const server = createServer(async (request, response) => {
  const received = monotonicMs()
  if (request.url === '/sent') {
    const streams: SentStream[] = [...sent].map(([stream, each]) => ({ stream, ...each }))
    sent.clear()
    return sendJson(response, 200, streams)
  }
  if (request.method !== 'POST') return sendJson(response, 200, { object: 'list', data: [{ id: 'paced' }] })
  const pace = paceIn(await bodyOf(request))
  if (!pace) return sendJson(response, 400, { error: { message: 'No pace in the question' } })
  answer(response, pace, received)
})
server.keepAliveTimeout = 65_000
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`)
})
