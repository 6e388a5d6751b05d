import { expect, test } from 'vitest'
import { createAnswerChannel } from './answer-channel.ts'

function channel() {
  const logged: string[] = []
  return { logged, ...createAnswerChannel({ delta: (text) => void logged.push(text) }) }
}

test('lets nothing into a log that has yet to be brought in line with the state it goes on from', () => {
  const { write, aligned, logged } = channel()
  write('One ')
  write('two ')
  expect(logged).toEqual([])
  aligned()
  write('three')
  expect(logged).toEqual(['One two ', 'three'])
})

test('lets nothing pass the states of the nodes before', () => {
  const { write, nodeDone, aligned, logged } = channel()
  nodeDone()
  nodeDone()
  write('Early')
  aligned()
  aligned()
  expect(logged).toEqual([])
  aligned()
  expect(logged).toEqual(['Early'])
})

test('leaves to the state what a node wrote that is done before its words could be logged', () => {
  const { write, nodeDone, aligned, logged } = channel()
  write('All of it')
  nodeDone()
  aligned()
  aligned()
  write('The next attempt')
  expect(logged).toEqual(['The next attempt'])
})

test('lets nothing of a workflow into the log that has been left', () => {
  const { write, aligned, close, logged } = channel()
  aligned()
  write('One')
  close()
  write(' two')
  expect(logged).toEqual(['One'])
})
