import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

function denied(): never {
  throw Object.assign(new Error('A parser has no network.'), { code: 'ERR_ACCESS_DENIED' })
}

function denyAll(target: object): void {
  for (const name of Object.getOwnPropertyNames(target)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(target, name) ?? {}
    if (writable && typeof value === 'function') Reflect.set(target, name, denied)
  }
}

/**
 * Takes from this process what could reach a network: sockets, name resolution, and what is built on them (http, tls,
 * fetch). A second barrier behind the kernel's where there is that, and the only one where there is not: it stops a
 * library that would fetch something, not code that has broken out of JavaScript.
 */
export function denyNetwork(): void {
  Object.assign(net.Socket.prototype, { connect: denied })
  Object.assign(net.Server.prototype, { listen: denied })
  Object.assign(dgram.Socket.prototype, { bind: denied, connect: denied, send: denied })
  denyAll(dns)
  denyAll(dns.promises)
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) {
    Reflect.deleteProperty(globalThis, name)
  }
  syncBuiltinESMExports()
}
