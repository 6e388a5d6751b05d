import fc from 'fast-check'
import { ConflictError, NotFoundError } from '../errors.ts'
import type { ChatEvent, ConflictPolicy } from '../runs/runs.ts'
import { type HeldLlm, heldLlm } from './held-llm.fixture.ts'
import { type MortalDatabase, mortal } from './mortal-database.fixture.ts'
import type { Replica, World } from './run-world.fixture.ts'
import { auditNow } from './status-audit.fixture.ts'

const where = { replica: fc.nat(1), conversation: fc.nat(1) }

/** What may happen to two conversations on two replicas; `waits`: nothing else begins before it is done. */
export const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('start' as const),
      ...where,
      policy: fc.constantFrom<ConflictPolicy>('REJECT', 'ENQUEUE', 'INTERRUPT'),
      requestId: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 2 }),
      waits: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('cancel' as const),
      ...where,
      run: fc.nat(9),
      waits: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('finish' as const), ...where, call: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('resume' as const), ...where, run: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const), ...where }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rename' as const), ...where }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('fork' as const),
      ...where,
      run: fc.nat(9),
      requestId: fc.option(fc.constantFrom('a', 'b'), { freq: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('delete' as const), ...where, waits: fc.boolean() }),
  },
)
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

export interface Asked {
  readonly conversationId: string
  readonly policy: ConflictPolicy
  readonly requestId: string | null
  /** Null where it was refused. */
  readonly runId: string | null
  /** The audit's last change before the call, and after it. */
  readonly from: number
  readonly to: number
}

interface Life {
  readonly database: MortalDatabase
  readonly llm: HeldLlm
  readonly runs: Replica
}

export interface Played {
  readonly asked: readonly Asked[]
  readonly followed: readonly { readonly runId: string; readonly events: readonly ChatEvent[] }[]
  readonly forked: readonly { readonly requestId: string | null; readonly conversationId: string }[]
  /** Conversations that are gone. */
  readonly deleted: ReadonlySet<string>
}

/** Plays steps, then lets everything come to its end. */
export async function play(world: World, steps: readonly Step[]): Promise<Played> {
  const { database, caller } = world
  const { workspaceId } = caller
  const conversations = await Promise.all(
    ['one', 'two'].map((title) => database.prisma.conversation.create({ data: { workspaceId, title } })),
  )
  const lives: Life[] = []
  const bear = async (): Promise<Life> => {
    const own = mortal(database)
    const llm = heldLlm('The tower is 300 metres tall [1].')
    const life = { database: own, llm, runs: await world.replica(llm, {}, own) }
    lives.push(life)
    return life
  }
  const alive = [await bear(), await bear()]
  const at = (index: number) => alive[index] as Life
  const asked: Asked[] = []
  const known: string[] = []
  const followed: { runId: string; events: ChatEvent[] }[] = []
  const forked: { requestId: string | null; conversationId: string }[] = []
  const deleted = new Set<string>()
  const conversationOf = new Map<string, string>()
  const pending: Promise<unknown>[] = []

  /** Nothing is not found but what somebody deletes. */
  const unlessDeleted = (conversationId: string) => (error: unknown) => {
    if (!(error instanceof NotFoundError && deleted.has(conversationId))) throw error
  }

  const start = async ({ runs }: Life, { conversation, policy, requestId }: Step & { type: 'start' }) => {
    const conversationId = conversations[conversation]?.id ?? ''
    const question = `How tall is the tower? ${policy}`
    const request = world.ask({ conversationId, question, requestId, onConflict: policy })
    const from = await auditNow(database)
    const run = await runs.start(caller, request, null).catch((error: unknown) => {
      if (error instanceof ConflictError) return null
      return unlessDeleted(conversationId)(error)
    })
    if (run === undefined) return
    const runId = run?.id ?? null
    if (run) {
      known.push(run.id)
      // With a requestId it may be one of the other conversation.
      conversationOf.set(run.id, run.conversationId)
    }
    asked.push({ conversationId, policy, requestId, runId, from, to: await auditNow(database) })
  }
  const follow = async ({ runs }: Life, runId: string) => {
    const events: ChatEvent[] = []
    followed.push({ runId, events })
    try {
      for await (const event of runs.follow(caller, runId, 0, new AbortController().signal))
        events.push(event)
    } catch (error) {
      unlessDeleted(conversationOf.get(runId) ?? '')(error)
    }
  }
  const fork = async ({ runs }: Life, upToRunId: string, requestId: string | null) => {
    const conversationId = conversationOf.get(upToRunId) ?? ''
    const made = await runs
      .forkConversation(caller, { conversationId, upToRunId, title: null, requestId })
      .catch((error: unknown) => {
        // It has not ended.
        if (!(error instanceof ConflictError)) unlessDeleted(conversationId)(error)
      })
    if (made) forked.push({ requestId, conversationId: made.id })
  }
  const remove = async ({ runs }: Life, conversationId: string) => {
    deleted.add(conversationId)
    await runs.deleteConversation(caller, conversationId).catch(unlessDeleted(conversationId))
  }
  const rename = ({ runs }: Life, conversationId: string) =>
    runs.renameConversation(caller, conversationId, 'Other').catch(unlessDeleted(conversationId))
  const take = async (action: Promise<unknown>, waits: boolean) => {
    pending.push(action)
    action.catch(() => {})
    if (waits) await action
  }

  for (const each of steps) {
    const life = at(each.replica)
    const conversationId = conversations[each.conversation]?.id ?? ''
    const run = 'run' in each ? known[each.run % known.length] : undefined
    if (each.type === 'start') await take(start(life, each), each.waits)
    else if (each.type === 'cancel' && run) {
      const gone = unlessDeleted(conversationOf.get(run) ?? '')
      await take(life.runs.cancel(caller, run).catch(gone), each.waits)
    } else if (each.type === 'fork' && run) await take(fork(life, run, each.requestId), false)
    else if (each.type === 'rename') await take(rename(life, conversationId), false)
    else if (each.type === 'delete') await take(remove(life, conversationId), each.waits)
    else if (each.type === 'resume' && run) await take(follow(life, run), false)
    else if (each.type === 'finish') life.llm.release(each.call)
    else if (each.type === 'kill') {
      life.database.freeze()
      alive[each.replica] = await bear()
    }
  }
  for (const life of lives) {
    life.llm.open()
    life.database.thaw()
  }
  await Promise.all(pending)
  const ids = await database.prisma.run.findMany({ select: { id: true } })
  await Promise.all(ids.map(({ id }) => at(0).runs.wait(caller, id, new AbortController().signal)))
  return { asked, followed, forked, deleted }
}
