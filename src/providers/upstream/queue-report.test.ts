import { expect, it } from 'vitest'
import { readQueueReport } from './queue-report.ts'

it.each([
  [
    'vLLM',
    'vllm:num_requests_running{model_name="m"} 3.0\nvllm:num_requests_waiting{model_name="m"} 2.0\n',
    3,
    2,
  ],
  [
    'several engines',
    'vllm:num_requests_running{engine="0"} 3\nvllm:num_requests_running{engine="1"} 4\nvllm:num_requests_waiting{engine="0"} 1',
    7,
    1,
  ],
  ['SGLang', 'sglang:num_running_reqs{model_name="m"} 5.0\nsglang:num_queue_reqs{model_name="m"} 6.0', 5, 6],
  ['llama.cpp', '# TYPE x gauge\nllamacpp:requests_processing 1\nllamacpp:requests_deferred 0', 1, 0],
  ['Text Generation Inference', 'tgi_queue_size 4\r\ntgi_batch_current_size 8\r\n', 8, 4],
  ['labels that hold anything', 'vllm:num_requests_running{a="} 9 {",b="x y"} 2 1700000000000', 2, 0],
])('reads the queue of %s', (_, page, running, waiting) => {
  expect(readQueueReport(page)).toEqual({ running, waiting })
})

it.each([
  ['nothing', ''],
  ['others', 'http_requests_total 5\n# vllm:num_requests_running 5'],
  [
    'names that only begin so',
    'vllm:num_requests_running_total 5\nvllm:num_requests_waiting_by_reason{a="b"} 5',
  ],
  [
    'values that are none',
    'vllm:num_requests_running NaN\nvllm:num_requests_waiting{a="b"}\nllamacpp:requests_deferred -1',
  ],
  ['a page of HTML', '<!doctype html>'],
])('finds none in %s', (_, page) => {
  expect(readQueueReport(page)).toBeNull()
})
