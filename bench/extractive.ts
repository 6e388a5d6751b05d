import { parseArgs } from 'node:util'
import { createClient, type GroundwireClient } from '../clients/typescript/client.ts'
import { endpointUrl } from '../src/cli/endpoint-url.ts'
import { mean } from './metrics.ts'
import { type AnsweredQuestion, type AnswerSet, halfPath, readAnswerSet } from './support/answer-set.ts'
import { readBeirSet } from './support/beir-set.ts'
import { sharedData } from './support/data-folder.ts'
import { loadSet } from './support/evaluate-set.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { type MeasuredAnswer, measureAnswer } from './support/measure-answers.ts'
import { type OwnQuestions, readOwnQuestions } from './support/own-questions.ts'
import { poolMap } from './support/pool-map.ts'
import { median } from './support/quantile.ts'
import { type Random, seeded } from './support/random.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { untilIdle } from './support/server-metrics.ts'
import { startServer } from './support/server-process.ts'

const usage = `Asks questions with known answers, without an LLM, through GraphQL: is the right answer inside?

  node bench/extractive.ts [--database <url> | --url <graphql>] [--questions 1000] [--seed 1] [--json <file>]

  --data          a folder in BEIR layout whose queries have metadata.answers; several times for several (squad-v1.1-dev)
  --own           questions of bench/questions instead: small documents in ten languages, and the pages of docs-fastapi and
                  docs-fastapi-ja, answerable and not
  --questions     of each folder, drawn at random; --seed draws others
  --others        a folder whose queries ask of other matters: none may be answered; several times for several
                  (med, cranfield, mtrag)
  --database      a PostgreSQL server: a database is made there and dropped; absent: embedded
  --url           a server that is up, instead of one that is started; its collections are kept
  --api-key       for that server, or GROUNDWIRE_API_KEY
  --top-k         passages that an answer may stand on (what askQuestion takes by itself)
  --concurrency   questions at once; with more than one, times say less (1)
  --json          write the report and every answer there, too
`

const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [`${sharedData}squad-v1.1-dev`] },
    others: {
      type: 'string',
      multiple: true,
      default: ['med', 'cranfield', 'mtrag'].map((name) => sharedData + name),
    },
    own: { type: 'boolean', default: false },
    questions: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string' },
    url: { type: 'string' },
    'api-key': { type: 'string' },
    'top-k': { type: 'string' },
    concurrency: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Asked extends MeasuredAnswer {
  readonly question: string
  readonly half: string
  readonly gold: readonly string[]
}

interface Group {
  readonly set: string
  readonly asked: string
  readonly answers: readonly Asked[]
  readonly answerable: boolean
}

const columns = [
  'set',
  'questions',
  'asked',
  'gold inside',
  'within 3 sentences',
  'retrieved',
  'sentences',
  'characters',
  'NO_EVIDENCE',
  'proven',
  'p50 ms',
]

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const sets: AnswerSet[] = []
  if (!values.own) for (const folder of values.data) sets.push(await readAnswerSet(folder))
  const own = values.own ? await readOwnQuestions() : []
  const environment = await describeEnvironment(values.database ?? null)
  const groups: Group[] = []
  if (values.url) await measure(endpointUrl(values.url))
  else {
    await using database = await scratchDatabase(values.database ?? null)
    await using server = await startServer({ ...database.environment, LLM_BASE_URL: '' })
    await measure(server.url)
  }
  publish(
    {
      title: 'Extractive answers',
      data: values.own
        ? `bench/questions: ${own.map(({ name }) => name).join(', ')}`
        : `${sets.map(({ name }) => name).join(', ')}; ${values.questions} questions of each, seed ${values.seed}`,
      table: { columns, rows: groups.map(rowOf) },
      notes: [
        'Gold inside: one of the answers that people gave is in the answer, as whole words. Sentences, characters and proven (grounded, every citation verified and found in its passage): of the questions that were answered. Retrieved: gold is in one of the passages.',
      ],
      ...{ answers: groups },
    },
    environment,
    values.json,
  )

  async function measure(url: string): Promise<void> {
    for (const set of sets) groups.push(...(await measureSet(url, set)))
    const answers: Asked[] = []
    for (const set of own) {
      const asked = await measureOwn(url, set)
      groups.push(...groupsOf(set.name, asked))
      if (!set.name.startsWith('docs-')) answers.push(...asked)
    }
    if (own.length > 0) groups.push(...groupsOf('all languages', answers))
  }
}

async function measureSet(url: string, set: AnswerSet): Promise<Group[]> {
  const server = { url, apiKey: values['api-key'] ?? process.env.GROUNDWIRE_API_KEY }
  const { collection } = await loadSet(server, set)
  const client = createClient(server)
  const random = seeded(Number(values.seed))
  const questions = drawn(set.questions, Number(values.questions), random)
  const ask = (asked: readonly AnsweredQuestion[], filtered: boolean) =>
    poolMap(asked, Number(values.concurrency), (question) => askOne(client, collection, question, filtered))
  const answers = await ask(questions, false)
  progress(`${set.name}: asked ${answers.length} questions`)
  const group = (asked: string, of: readonly Asked[], answerable: boolean): Group => ({
    set: set.name,
    asked,
    answers: of,
    answerable,
  })
  const ofHalf = (half: string) => answers.filter((answer) => answer.half === half)
  const groups = [
    group('all', answers, true),
    group('tuned on', ofHalf('tune'), true),
    group('held out', ofHalf('test'), true),
    group('without their documents', await ask(questions, true), false),
  ]
  for (const folder of values.others) {
    const { name, queries } = await readBeirSet(folder)
    const strangers = drawn(queries, Number(values.questions), random).map(
      ({ id, text }): AnsweredQuestion => ({ id, text, answers: [], half: 'test' }),
    )
    groups.push(group(`of ${name}`, await ask(strangers, false), false))
  }
  progress(`${set.name}: asked what it has no answers to`)
  return groups
}

async function measureOwn(url: string, { name, documents, questions }: OwnQuestions): Promise<Asked[]> {
  const server = { url, apiKey: values['api-key'] ?? process.env.GROUNDWIRE_API_KEY }
  const collection = `own-${name}`
  await ingestDocuments(server, collection, documents)
  await untilIdle(url)
  const client = createClient(server)
  const asked = await poolMap(questions, Number(values.concurrency), (question) =>
    askOne(client, collection, question, false),
  )
  progress(`${name}: asked ${asked.length} questions`)
  return asked
}

/** By half, what the documents answer and what they do not. */
function groupsOf(set: string, answers: readonly Asked[]): Group[] {
  return (['tune', 'test'] as const).flatMap((half) =>
    [true, false].map((answerable) => ({
      set,
      asked: `${half === 'tune' ? 'tuned on' : 'held out'}${answerable ? '' : ', not in the documents'}`,
      answers: answers.filter((each) => each.half === half && each.gold.length > 0 === answerable),
      answerable,
    })),
  )
}

async function askOne(
  client: GroundwireClient,
  collection: string,
  { text, answers, half }: AnsweredQuestion,
  /** Searching the other half only. */
  filtered: boolean,
): Promise<Asked> {
  const filter = filtered
    ? { metadata: [{ path: [halfPath], equals: half === 'tune' ? 'test' : 'tune' }] }
    : undefined
  const topK = values['top-k'] === undefined ? {} : { topK: Number(values['top-k']) }
  const measured = await measureAnswer(
    client,
    { collection, question: text, ...topK, ...(filter ? { filter } : {}) },
    answers,
  )
  return { ...measured, question: text, half, gold: answers }
}

/** Without repetition, in random order (Fisher and Yates). */
function drawn<T>(items: readonly T[], count: number, random: Random): T[] {
  const left = [...items]
  for (let at = left.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[left[at], left[other]] = [left[other] as T, left[at] as T]
  }
  return left.slice(0, count)
}

function rowOf({ set, asked, answers, answerable }: Group): (string | number)[] {
  const given = answers.filter((answer) => answer.answered)
  const share = (part: readonly unknown[], whole: readonly unknown[]) =>
    whole.length === 0 ? '—' : (part.length / whole.length).toFixed(3)
  const right = answers.filter((answer) => answer.right)
  return [
    set,
    asked,
    answers.length,
    answerable ? share(right, answers) : '—',
    answerable
      ? share(
          right.filter((answer) => answer.sentences <= 3),
          answers,
        )
      : '—',
    answerable
      ? share(
          answers.filter((answer) => answer.retrieved),
          answers,
        )
      : '—',
    given.length === 0 ? '—' : mean(given.map((answer) => answer.sentences)).toFixed(2),
    given.length === 0 ? '—' : mean(given.map((answer) => answer.characters)).toFixed(0),
    share(
      answers.filter((answer) => !answer.answered),
      answers,
    ),
    share(
      given.filter((answer) => answer.proven),
      given,
    ),
    median(answers.map(({ ms }) => ms)).toFixed(1),
  ]
}
