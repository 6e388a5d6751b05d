import type { Notifications } from './notifications.ts'

const everyMs = 1_000
/** An answer takes less than a millisecond; a server that is only busy gets to it in time. */
const answerMs = 2_000

/** Tells whether the database answers, once a second, on the connection for notifications: no other is held for it. */
export function watchDatabase(notifications: Notifications, tell: (answers: boolean) => void): Disposable {
  let asking = false
  const ask = async () => {
    if (asking) return
    asking = true
    const answers = await notifications.ping(answerMs).then(
      () => true,
      () => false,
    )
    asking = false
    tell(answers)
  }
  const timer = setInterval(() => void ask(), everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
