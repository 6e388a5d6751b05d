import { EventEmitter } from 'node:events'
import pg from 'pg'
import { untilAborted } from '../lib/until-aborted.ts'
import type { Logger } from '../telemetry/logger.ts'

export interface Subscription {
  close(): Promise<void>
}

/**
 * PostgreSQL's LISTEN. A notification only says that rows changed: listeners read them. Nothing is
 * replayed, so `onReconnect` is called after each gap in which one could have been missed.
 */
export interface Notifications {
  listen(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<Subscription>
  /** Resolves when the database answers on the connection for notifications. @throws where it does not within `ms` */
  ping(ms: number): Promise<void>
  close(): Promise<void>
}

/** Through the connection that does everything else, which an embedded database never loses. */
export function embeddedNotifications(pool: pg.Pool): Notifications {
  const events = new EventEmitter().setMaxListeners(0)
  const forward = (message: pg.Notification) => events.emit(message.channel, message.payload ?? '')
  pool.on('connect', (client) => client.on('notification', forward))
  return {
    async listen(channel, onNotification) {
      await pool.query(listenStatement(channel))
      events.on(channel, onNotification)
      return { close: async () => void events.off(channel, onNotification) }
    },
    // In this process: it is there as long as the process is.
    ping: async () => {},
    close: async () => void events.removeAllListeners(),
  }
}

/** Through a connection of its own, opened again after a loss with a growing pause. */
export function serverNotifications(config: pg.ClientConfig, logger: Logger): Notifications {
  const events = new EventEmitter().setMaxListeners(0)
  const channels = new Set<string>()
  let client: pg.Client | null = null
  let connecting: Promise<pg.Client> | null = null
  let closed = false
  let retryMs = 100
  let retry: NodeJS.Timeout | undefined

  const lost = (error: Error | undefined) => {
    if (!client || closed) return
    logger.warn({ err: error }, 'The connection for notifications was lost')
    client.removeAllListeners()
    client.on('error', () => {})
    void client.end().catch(() => {})
    client = null
    reconnectLater()
  }
  const reconnectLater = () => {
    if (closed) return
    retry = setTimeout(() => {
      connect()
        .then(() => events.emit('reconnect'))
        .catch((error: unknown) => {
          logger.warn({ err: error }, 'Notifications cannot be received yet')
          reconnectLater()
        })
    }, retryMs).unref()
    retryMs = Math.min(retryMs * 2, 5_000)
  }
  const connect = (): Promise<pg.Client> => {
    if (client) return Promise.resolve(client)
    connecting ??= open().finally(() => {
      connecting = null
    })
    return connecting
  }
  const open = async () => {
    const opened = new pg.Client({ ...config, keepAlive: true, keepAliveInitialDelayMillis: 10_000 })
    opened.on('error', lost)
    opened.on('end', () => lost(undefined))
    opened.on('notification', (message) => events.emit(message.channel, message.payload ?? ''))
    try {
      await opened.connect()
      for (const channel of channels) await opened.query(listenStatement(channel))
    } catch (error) {
      opened.removeAllListeners()
      opened.on('error', () => {})
      await opened.end().catch(() => {})
      throw error
    }
    client = opened
    retryMs = 100
    return opened
  }

  return {
    async listen(channel, onNotification, onReconnect) {
      const statement = listenStatement(channel)
      events.on(channel, onNotification)
      events.on('reconnect', onReconnect)
      channels.add(channel)
      await (await connect()).query(statement)
      return {
        async close() {
          events.off(channel, onNotification)
          events.off('reconnect', onReconnect)
        },
      }
    },
    async ping(ms) {
      const signal = AbortSignal.timeout(ms)
      const before = client
      const asked = await untilAborted(connect(), signal)
      if (!before) {
        // Sooner than the next retry would have been.
        clearTimeout(retry)
        events.emit('reconnect')
      }
      try {
        await untilAborted(asked.query('SELECT'), signal)
      } catch (error) {
        // One that is dead without being closed would bring no notification any more.
        if (asked === client) lost(error as Error)
        throw error
      }
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await connecting?.catch(() => {})
      await client?.end().catch(() => {})
    },
  }
}

function listenStatement(channel: string): string {
  return `LISTEN ${pg.escapeIdentifier(channel)}`
}
