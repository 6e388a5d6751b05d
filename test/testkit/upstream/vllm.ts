import type { Behaviour } from './fake-call.ts'
import type { FakeOpenAi } from './fake-openai.ts'

/** The page of metrics of a vLLM server with so many requests. */
export function vllmQueue(running: number, waiting: number): Behaviour {
  const labels = '{engine="0",model_name="fake-model"}'
  const page = [
    '# HELP vllm:num_requests_running Number of requests in model execution batches.',
    '# TYPE vllm:num_requests_running gauge',
    `vllm:num_requests_running${labels} ${running}.0`,
    `vllm:num_requests_waiting${labels} ${waiting}.0`,
    `vllm:num_requests_waiting_by_reason{reason="capacity"} 99.0`,
    'vllm:generation_tokens_total{engine="0",model_name="fake-model"} 5e+06',
  ]
  return text(200, `${page.join('\n')}\n`)
}

export function text(status: number, body = ''): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/plain' })
    response.end(body)
  }
}

/** Resolves when the watcher has done what it does with everything that the server answers now. */
export async function lookedAt({ health }: FakeOpenAi): Promise<void> {
  // A look that is under way, one that is new, and the beginning of the next.
  await health.received(health.requests.length + 3)
}
