import type { Address } from './address.ts'

/** Below so many waiting requests a queue is no sign: they come and go with each step of the server. */
const waitingFloor = 8

/** Requests at the address: those it reported, corrected by what has become of ours since; without a report, ours. */
export function loadOf({ inFlight, report }: Address): number {
  if (report === null) return inFlight
  return Math.max(inFlight, report.running + report.waiting + inFlight - report.ownThen)
}

/**
 * Requests in the server's own queue. It admits from there as others end, so where some wait, whatever was sent since
 * waits behind them.
 */
export function waitingAt({ inFlight, report }: Address): number {
  if (report === null || report.waiting === 0) return 0
  return Math.max(0, report.waiting + inFlight - report.ownThen)
}

/**
 * Whether the address is to get nothing more for now: it asked for that, it has `maxInFlight` requests, or half as
 * many wait in its queue as it works on, so that another would wait for about half the time that an answer takes.
 */
export function isFull(address: Address, maxInFlight: number, now: number): boolean {
  if (now < address.pausedUntil || loadOf(address) >= maxInFlight) return true
  const running = address.report?.running ?? 0
  return waitingAt(address) >= Math.max(waitingFloor, running / 2)
}
