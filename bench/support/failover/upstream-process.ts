/**
 * A language model for the failover benchmark, as a process that can be killed: streams the text of LLM_TEXT word by
 * word at LLM_RATE words a second, the first after LLM_FIRST_MS, on PORT, with the /health and /metrics of vLLM. GET
 * /served counts its requests, and /silent those that wait for their first word.
 */
import { createServer, type ServerResponse } from 'node:http'

const words = (process.env.LLM_TEXT ?? '').match(/\s*\S+/g) ?? []
const everyMs = 1_000 / Number(process.env.LLM_RATE)
const firstMs = Number(process.env.LLM_FIRST_MS)
let running = 0
let served = 0
let silent = 0

const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (content: string, finish_reason: string | null = null) =>
  event({ model: 'paced', choices: [{ index: 0, delta: { content }, finish_reason }] })

function answer(response: ServerResponse): void {
  running += 1
  served += 1
  silent += 1
  let sent = 0
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const say = () => {
    const word = words[sent]
    if (sent === 0) silent -= 1
    sent += 1
    if (word !== undefined) {
      timer = setTimeout(say, everyMs)
      return void response.write(chunk(word))
    }
    const usage = { prompt_tokens: 1, completion_tokens: words.length }
    response.end(`${chunk('', 'stop')}${event({ choices: [], usage })}data: [DONE]\n\n`)
  }
  let timer = setTimeout(say, firstMs)
  response.once('close', () => {
    running -= 1
    if (sent === 0) silent -= 1
    clearTimeout(timer)
  })
}

const server = createServer((request, response) => {
  request.resume()
  if (request.method === 'POST') return answer(response)
  if (request.url === '/metrics') {
    return response.end(`vllm:num_requests_running ${running}\nvllm:num_requests_waiting 0\n`)
  }
  if (request.url === '/silent') return response.end(String(silent))
  return response.end(request.url === '/served' ? String(served) : '')
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`)
})
