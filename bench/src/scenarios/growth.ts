import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import { load, type Measured, measureRound, median, type Round, summarise } from '../measure.ts'
import { count, ratioTarget, throughputHead, throughputRow } from '../report.ts'
import { storeEndedSessions } from '../stored-sessions.ts'
import { openSessionRequest, readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const sizes = { small: 1_000, big: 1_000_000 } as const

type Size = keyof typeof sizes

/** At most so many different sessions are read; of a million they lie far apart. */
const sample = 20_000
const atLeast = 0.9

/** How reading and opening sessions move from a thousand stored sessions to a million. */
export const growth: Scenario = async (bench) => {
  const stored = { small: await store(bench, 'small'), big: await store(bench, 'big') }
  const rounds: Record<Size, { get: Round[]; post: Round[]; ready: number[] }> = {
    small: { get: [], post: [], ready: [] },
    big: { get: [], post: [], ready: [] },
  }
  for (let round = 0; round < bench.plan.rounds; round += 1) {
    const order: readonly Size[] = round % 2 === 0 ? ['small', 'big'] : ['big', 'small']
    const seen = await measureSizes(bench, stored, order)
    for (const { size, get, post, ready } of seen) {
      rounds[size].get.push(get)
      rounds[size].post.push(post)
      rounds[size].ready.push(ready)
    }
  }

  const measured = (what: 'get' | 'post', size: Size): Measured =>
    summarise(`${what.toUpperCase()} at ${count(sizes[size])} sessions`, rounds[size][what])
  const gets = [measured('get', 'big'), measured('get', 'small')] as const
  const posts = [measured('post', 'big'), measured('post', 'small')] as const
  const ready = (size: Size) => `${count(median(rounds[size].ready))} ms at ${count(sizes[size])}`
  return [
    {
      title: 'From a thousand stored sessions to a million',
      about: `The stored sessions have ended; GET reads up to ${count(sample)} of them in turn, far apart. Each round starts new servers on fresh copies of the data, ready after ${ready('small')} and ${ready('big')}.`,
      head: throughputHead('a thousand'),
      rows: [gets, posts].flatMap(([big, small]) => [throughputRow(small, small), throughputRow(big, small)]),
      targets: [
        ratioTarget('GET at a million, of a thousand', gets, atLeast),
        ratioTarget('POST at a million, of a thousand', posts, atLeast),
      ],
    },
  ]
}

interface Stored {
  readonly data: string
  readonly guids: readonly string[]
}

async function store({ newFolder }: Bench, size: Size): Promise<Stored> {
  const data = newFolder(`growth-${size}`)
  await withServers(async (keep) => keep(await startTonegate({ data })))
  return { data, guids: storeEndedSessions(join(data, 'nam.db'), sizes[size], sample) }
}

const measureSizes = (
  { generator, plan, newFolder }: Bench,
  stored: Readonly<Record<Size, Stored>>,
  order: readonly Size[],
) =>
  withServers(async (keep) => {
    const folder = newFolder('growth-round')
    const started = []
    for (const size of order) {
      const data = join(folder, size)
      cpSync(stored[size].data, data, { recursive: true })
      const tonegate = keep(await startTonegate({ data }))
      const token = await requestToken(tonegate)
      const { server, apiUrl } = tonegate
      const get = stored[size].guids.map((guid) => readSessionRequest(apiUrl, token, guid))
      started.push({ size, server, get, post: [openSessionRequest(apiUrl, token)] })
    }
    const seen = []
    const rounds = { get: new Map<Size, Round>(), post: new Map<Size, Round>() }
    for (const what of ['get', 'post'] as const) {
      const contenders = started.map(({ size, server, [what]: requests }) => ({
        size,
        contender: { name: `${what} (${size})`, server, requests },
      }))
      for (const { contender } of contenders) await load(generator, plan, contender, plan.warmUpMilliseconds)
      for (const { size, contender } of contenders) {
        rounds[what].set(size, await measureRound(generator, plan, contender))
      }
    }
    for (const { size, server } of started) {
      const [get, post] = [rounds.get.get(size), rounds.post.get(size)]
      if (get && post) seen.push({ size, get, post, ready: server.readyAfter })
    }
    await Promise.all(started.map(({ server }) => server.stop()))
    rmSync(folder, { recursive: true })
    return seen
  })
