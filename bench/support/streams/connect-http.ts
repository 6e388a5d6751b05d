import { Agent, type ClientRequest, request } from 'node:http'
import { ChatStreamDocument } from '../../../clients/typescript/generated/graphql.ts'
import type { StreamConnection, StreamEvent, StreamListener } from './stream-connection.ts'

const query = ChatStreamDocument.toString()

/** SSE in GraphQL's distinct connections mode. */
export function connectSse(url: string): Promise<StreamConnection> {
  return connect(url, {
    bodyOf: (input) => ({ query, variables: { input } }),
    read(data, listener) {
      const { data: result, errors } = JSON.parse(data)
      if (errors) return JSON.stringify(errors)
      listener.event(result.chatStream)
      return null
    },
  })
}

/** OpenAI's streamed chat completions, as the server asks for them. */
export function connectDirect(url: string): Promise<StreamConnection> {
  let seq = 0
  const event = (event: Partial<StreamEvent> & { __typename: string }): StreamEvent => {
    seq += 1
    return { seq, runId: '', ...event }
  }
  return connect(`${url}/chat/completions`, {
    bodyOf: (input) => {
      seq = 0
      return {
        ...{ model: 'paced', stream: true, stream_options: { include_usage: true } },
        messages: [{ role: 'user', content: (input as { ask: { question: string } }).ask.question }],
      }
    },
    read(data, listener) {
      if (data === '[DONE]') return null
      const { choices } = JSON.parse(data)
      const text = choices[0]?.delta.content
      if (text) listener.event(event({ __typename: 'AnswerDelta', text }))
      if (choices[0]?.finish_reason) listener.event(event({ __typename: 'RunCompleted' }))
      return null
    },
  })
}

interface Protocol {
  bodyOf(input: object): object
  /** @returns what is wrong */
  read(data: string, listener: StreamListener): string | null
}

async function connect(url: string, protocol: Protocol): Promise<StreamConnection> {
  // One connection of its own, kept for the next stream.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let call: ClientRequest | undefined
  return {
    start(input, listener) {
      call = stream(url, agent, protocol, input, listener)
    },
    cut: () => call?.destroy(),
  }
}

function stream(url: string, agent: Agent, protocol: Protocol, input: object, listener: StreamListener) {
  let ended = false
  const end = (failure: string | null) => {
    if (ended) return
    ended = true
    listener.end(failure)
  }
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const call = request(url, { method: 'POST', agent, headers }, (response) => {
    let held = ''
    let failure = response.statusCode === 200 ? null : `HTTP ${response.statusCode}`
    response.setEncoding('utf8')
    response.on('data', (part: string) => {
      const events = (held + part).split('\n\n')
      held = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1]
        if (data !== undefined) failure ??= protocol.read(data, listener)
      }
    })
    response.on('end', () => end(failure))
    response.on('error', (error) => end(String(error)))
  })
  call.setNoDelay(true)
  call.on('error', (error) => end(String(error)))
  call.end(JSON.stringify(protocol.bodyOf(input)))
  return call
}
