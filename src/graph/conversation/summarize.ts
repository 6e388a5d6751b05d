import type { ExchangeRow } from '../../db/sql/run-context.ts'
import { cutToTokens } from '../../lib/estimate-tokens.ts'
import { storableText } from '../../lib/storable-text.ts'
import type { ChatMessage, Llm } from '../../providers/llm/llm.ts'
import { blankMarkers } from '../grounding/markers.ts'
import { asData } from '../grounding/prompt-data.ts'
import { prompt } from '../prompt-files.ts'
import { turnsOf } from './history.ts'

const maxTokens = 300
/** By estimate: no longer than one turn of the history may be. */
const longest = 400

/** The notes brought up to date. `affinity` is the conversation's. @returns null where the model says nothing */
export async function summarize(
  llm: Llm,
  notes: string | null,
  exchanges: readonly ExchangeRow[],
  affinity: string,
  signal: AbortSignal,
): Promise<string | null> {
  const storable = storableText()
  let text = ''
  const request = { messages: messagesOf(notes, exchanges), maxTokens, temperature: 0, affinity }
  for await (const event of llm.generate(request, signal)) {
    if (event.type === 'delta') text += storable.push(event.text)
    // A model that does not stop costs no memory.
    if (text.length > 10 * longest) break
  }
  // A generator that was closed by the abort ends without an error.
  signal.throwIfAborted()
  const summary = (text + storable.flush()).trim()
  return summary === '' ? null : cutToTokens(summary, longest)
}

function messagesOf(notes: string | null, exchanges: readonly ExchangeRow[]): ChatMessage[] {
  const said = exchanges.flatMap(turnsOf).map(({ role, content }) => {
    const words = role === 'assistant' ? blankMarkers(content).replace(/[ \t]{2,}/g, ' ') : content
    return `${role === 'user' ? 'User' : 'Assistant'}: ${asData(words).trim()}`
  })
  const values = { notes: notes === null ? 'none' : asData(notes), said: said.join('\n') }
  return [
    { role: 'system', content: prompt('summary-rules') },
    { role: 'user', content: prompt('summary', values) },
  ]
}
