import { describe, expect, it } from 'vitest'
import type { Behaviour } from '../../../test/testkit/upstream/fake-call.ts'
import { startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps } from '../../../test/testkit/upstream/provider-deps.ts'
import type { GenerationEvent } from './llm.ts'
import { createOpenAiLlm } from './openai-llm.ts'

const request = { messages: [{ role: 'user', content: 'Why?' }] } as const

/** Sends the bytes in pieces of that size, then ends the response. */
function send(bytes: Buffer, pieceBytes: number): Behaviour {
  return async (call) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let at = 0; at < bytes.length; at += pieceBytes)
      await call.write(bytes.subarray(at, at + pieceBytes))
    call.response.end()
  }
}

async function generate(wire: Buffer | string, pieceBytes = Number.POSITIVE_INFINITY) {
  await using fake = await startFakeOpenAi()
  fake.chat.enqueue(send(Buffer.from(wire), pieceBytes))
  const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'm', apiKey: null } as const
  const llm = createOpenAiLlm(config, { ...providerDeps(), limits: { retries: 0 } })
  const events: GenerationEvent[] = await Array.fromAsync(llm.generate(request, new AbortController().signal))
  const deltas = events.flatMap((event) => (event.type === 'delta' ? [event.text] : []))
  return { deltas, text: deltas.join(''), end: events.at(-1) }
}

const json = (delta: object, finish_reason: string | null = null) =>
  JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason }] })
const event = (delta: object, finish?: string | null) => `data: ${json(delta, finish)}\n\n`
const stop = event({}, 'stop')
const done = 'data: [DONE]\n\n'

const text = 'Ändern kostet 3 € – 漢字, 😊 und 👩‍👩‍👧.'
const pieces = Array.from(text)
const whole = pieces.map((content) => event({ content })).join('') + stop + done

describe('the bytes of a stream', () => {
  it.each([1, 2, 3, 5, 7, 1_000_000])('in pieces of %i are the same text', async (pieceBytes) => {
    expect((await generate(whole, pieceBytes)).text).toBe(text)
  })

  it.each([
    ['CRLF', whole.replaceAll('\n', '\r\n')],
    ['CR', whole.replaceAll('\n', '\r')],
    ['no blank behind data:', whole.replaceAll('data: ', 'data:')],
    ['comments between', `: OPENROUTER PROCESSING\n\n${whole.replaceAll('\n\n', '\n\n: ping\n\n')}`],
    ['empty events', whole.replaceAll('\n\n', '\n\ndata:\n\n')],
    ['names and ids', whole.replaceAll('data: ', 'event: message\nid: 1\ndata: ')],
    ['a byte order mark', `\uFEFF${whole}`],
    [
      'a first chunk of the role alone',
      event({ role: 'assistant' }) + event({ role: 'assistant', content: null }) + whole,
    ],
    ['no choices', `data: {"choices":[],"prompt_filter_results":[]}\n\ndata: {"model":"m"}\n\n${whole}`],
    ['no [DONE]', whole.replace(done, '')],
    ['no blank line at the end', whole.replace(done, 'data: [DONE]')],
    ['more after [DONE]', whole + event({ content: 'more' })],
    [
      'parts of text',
      pieces.map((part) => event({ content: [{ type: 'text', text: part }] })).join('') + stop,
    ],
  ])('with %s are the same text', async (_, wire) => {
    expect((await generate(wire, 11)).text).toBe(text)
  })

  it('with a character in two events are the same text, each delta whole', async () => {
    const [before, after] = json({ content: '@' }).split('@') as [string, string]
    const halves = Array.from(Buffer.from(text), (byte) =>
      Buffer.concat([Buffer.from(`data: ${before}`), Buffer.from([byte]), Buffer.from(`${after}\n\n`)]),
    )
    const { deltas } = await generate(Buffer.concat([...halves, Buffer.from(stop)]), 13)
    expect(deltas).toEqual(pieces)
  })

  it('with a surrogate pair in two events are the same text, each delta whole', async () => {
    const { deltas } = await generate(event({ content: 'a\ud83d' }) + event({ content: '\ude0ab' }) + stop)
    expect(deltas).toEqual(['a', '😊b'])
  })

  it('that are no text are a failure, not replacement characters', async () => {
    const wire = Buffer.concat([
      Buffer.from('data: {"choices":[{"delta":{"content":"a'),
      Buffer.from([0xff]),
      Buffer.from(`b"}}]}\n\n${stop}`),
    ])
    await expect(generate(wire)).rejects.toMatchObject({
      failure: { code: 'UPSTREAM_UNAVAILABLE' },
      fault: 'malformed',
    })
  })
})

describe('the end', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 }
  const counted = { promptTokens: 3, completionTokens: 1 }
  it.each([
    [
      'in a chunk of its own',
      `${event({ content: 'a' })}${stop}data: ${JSON.stringify({ choices: [], usage })}\n\n${done}`,
      counted,
    ],
    [
      'in the last chunk',
      `${event({ content: 'a' })}data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }], usage })}\n\n`,
      counted,
    ],
    ['nowhere', event({ content: 'a' }) + stop + done, null],
    [
      'as null',
      `data: ${JSON.stringify({ choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }], usage: null })}\n\n`,
      null,
    ],
    [
      'as nonsense',
      `${event({ content: 'a' })}${stop}data: {"choices":[],"usage":{"prompt_tokens":"3"}}\n\n`,
      null,
    ],
  ])('has the usage that came %s', async (_, wire, expected) => {
    expect((await generate(wire)).end).toEqual({ type: 'end', finishReason: 'STOP', usage: expected })
  })

  it.each([
    ['stop', 'STOP'],
    ['eos_token', 'STOP'],
    ['length', 'LENGTH'],
  ])('%s is %s', async (reason, finishReason) => {
    expect((await generate(event({ content: 'a' }) + event({}, reason))).end).toMatchObject({ finishReason })
  })

  it('comes though the server keeps the connection', async () => {
    await using fake = await startFakeOpenAi()
    fake.chat.otherwise(async (call) => {
      call.response.writeHead(200, { 'content-type': 'text/event-stream' })
      await call.write(whole)
      await call.request.over
    })
    const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'm', apiKey: null } as const
    const llm = createOpenAiLlm(config, providerDeps())
    const events = await Array.fromAsync(llm.generate(request, new AbortController().signal))
    expect(events.at(-1)).toMatchObject({ type: 'end' })
    await (await fake.chat.received(1)).closedByClient
  })
})

describe('what the model says to itself', () => {
  const answer = event({ content: 'For' }) + event({ content: 'ty-two.' }) + stop
  it.each([
    [
      'reasoning_content',
      event({ reasoning_content: 'Let me' }) + event({ reasoning_content: ' see.' }) + answer,
    ],
    [
      'reasoning',
      event({ reasoning: 'Let me', content: '' }) + event({ reasoning: ' see.', content: null }) + answer,
    ],
    [
      'parts',
      event({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] }] }) + answer,
    ],
    ['a block', event({ content: '<think>Let me see.</think>\n\n' }) + answer],
    [
      'a block, its tags cut',
      Array.from('<think>Let me see.</think>\n\n', (content) => event({ content })).join('') + answer,
    ],
    [
      'both',
      event({ reasoning_content: 'Let me' }) +
        event({ content: '<think>see' }) +
        event({ content: '</think>' }) +
        answer,
    ],
  ])('is no answer: %s', async (_, wire) => {
    expect((await generate(wire)).text).toBe('Forty-two.')
  })
})
