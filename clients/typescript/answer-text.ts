import type { ChatEvent } from './chat-events.ts'

/** The answer's text after one more event: a reset withdraws it, the end replaces it with what was stored. */
export function answerText(text: string, event: ChatEvent): string {
  switch (event.__typename) {
    case 'AnswerDelta':
      return text + event.text
    case 'AnswerReset':
      return ''
    case 'RunCompleted':
      return event.run.answer?.text ?? text
    default:
      return text
  }
}
