import { describe, expect, it } from 'vitest'
import { CircuitState, createCircuit } from './circuit.ts'

function setUp() {
  let time = 0
  const changes: CircuitState[] = []
  const circuit = createCircuit({
    failuresToOpen: 2,
    openMs: 100,
    maxOpenMs: 250,
    now: () => time,
    onChange: (state) => changes.push(state),
  })
  const fail = (times = 1) => {
    for (let i = 0; i < times; i += 1) circuit.enter().fail()
  }
  return { circuit, changes, fail, pass: (ms: number) => (time += ms) }
}

describe('a circuit', () => {
  it('opens after failures in a row; a success between them starts the count again', () => {
    const { circuit, fail } = setUp()
    fail()
    circuit.enter().succeed()
    fail()
    expect(circuit.state).toBe(CircuitState.Closed)
    fail()
    expect(circuit.state).toBe(CircuitState.Open)
    expect(circuit.admits()).toBe(false)
  })

  it('lets one probe through when its time is over, and says when that is', () => {
    const { circuit, fail, pass } = setUp()
    expect(circuit.opensInMs).toBe(0)
    fail(2)
    pass(40)
    expect(circuit.opensInMs).toBe(60)
    pass(60)
    expect(circuit.opensInMs).toBe(0)
    expect(circuit.admits()).toBe(true)
    circuit.enter()
    expect(circuit.state).toBe(CircuitState.HalfOpen)
    expect(circuit.admits()).toBe(false)
  })

  it('closes when the probe is answered, before it has ended', () => {
    const { circuit, changes, fail, pass } = setUp()
    fail(2)
    pass(100)
    circuit.enter().answered()
    expect(changes).toEqual([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed])
  })

  it('stays open twice as long after each failed probe, up to a limit', () => {
    const { circuit, fail, pass } = setUp()
    fail(2)
    for (const openMs of [100, 200, 250, 250]) {
      pass(openMs - 1)
      expect(circuit.admits()).toBe(false)
      pass(1)
      expect(circuit.admits()).toBe(true)
      fail()
    }
  })

  it('learns nothing from a probe that its caller gave up: the next request probes', () => {
    const { circuit, fail, pass } = setUp()
    fail(2)
    pass(100)
    circuit.enter().leave()
    expect(circuit.state).toBe(CircuitState.Open)
    expect(circuit.admits()).toBe(true)
  })

  it('ignores the end of requests that were under way when it opened', () => {
    const { circuit, fail } = setUp()
    const early = circuit.enter()
    const late = circuit.enter()
    fail(2)
    early.succeed()
    late.fail()
    expect(circuit.state).toBe(CircuitState.Open)
  })

  it('counts a request once', () => {
    const { circuit } = setUp()
    const passage = circuit.enter()
    passage.fail()
    passage.fail()
    expect(circuit.state).toBe(CircuitState.Closed)
  })
})
