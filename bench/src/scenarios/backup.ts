import { statSync } from 'node:fs'
import { join } from 'node:path'
import { administer } from '../administer.ts'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { LoadResult } from '../load/load.ts'
import { median } from '../measure.ts'
import { count, decimal, maxTarget } from '../report.ts'
import { storeEndedSessions } from '../stored-sessions.ts'
import { readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const sizes = [100_000, 1_000_000]
const getsPerSecond = 1_000
const sample = 20_000
const maxTimesQuiet = 2

interface Round {
  readonly quiet: LoadResult
  readonly busy: LoadResult
  /** Of the backup that began with the GETs. */
  readonly seconds: number
  readonly megabytes: number
}

interface Measured {
  readonly sessions: number
  readonly rounds: readonly Round[]
}

/** Reading sessions while a backup is made of the database, beside reading them while none is. */
export const backup: Scenario = async (bench) => {
  const measured: Measured[] = []
  for (const sessions of sizes) measured.push(await measureSize(bench, sessions))
  return [section(measured)]
}

const measureSize = (bench: Bench, sessions: number): Promise<Measured> =>
  withServers(async (keep) => {
    const { plan, newFolder, generator } = bench
    const data = newFolder('backup')
    const backups = newFolder('backups')
    await withServers(async (keepEmpty) => keepEmpty(await startTonegate({ data })))
    const guids = storeEndedSessions(join(data, 'nam.db'), sessions, sample)
    const tonegate = keep(await startTonegate({ data }))
    const token = await requestToken(tonegate)
    const requests = guids.map((guid) => readSessionRequest(tonegate.apiUrl, token, guid))
    const { port } = tonegate.server
    const read = (milliseconds: number) =>
      generator.run({
        ...{ port, requests, connections: plan.connections },
        ...{ until: { milliseconds }, perSecond: getsPerSecond },
      })
    const rounds: Round[] = []
    await read(plan.warmUpMilliseconds)
    while (rounds.length < plan.rounds) {
      const quiet = await read(plan.milliseconds)
      const backedUp = backUpWhile(data, join(backups, `${rounds.length}`))
      const busy = await read(plan.milliseconds)
      rounds.push({ quiet, busy, ...(await backedUp.end()) })
    }
    return { sessions, rounds }
  })

/** One backup after another, until it is told that the next one is not needed. */
function backUpWhile(data: string, name: string) {
  let isOver = false
  async function run() {
    let first: Pick<Round, 'seconds' | 'megabytes'> | undefined
    for (let made = 0; made === 0 || !isOver; made += 1) {
      const file = `${name}-${made}.jsonl.gz`
      const begun = performance.now()
      await administer(data, ['backup', 'create', file, '--json'])
      const seconds = (performance.now() - begun) / 1000
      first ??= { seconds, megabytes: statSync(file).size / 1e6 }
    }
    if (!first) throw new Error('No backup was made.')
    return first
  }
  const running = run()
  return {
    end() {
      isOver = true
      return running
    },
  }
}

const p99Ratio = ({ quiet, busy }: Round): number => busy.p99 / quiet.p99

function section(measured: readonly Measured[]) {
  const rows = measured.map(({ sessions, rounds }) => {
    const middle = (figure: (round: Round) => number) => decimal(median(rounds.map(figure)))
    return [
      count(sessions),
      middle(({ quiet }) => quiet.p50),
      middle(({ busy }) => busy.p50),
      middle(({ quiet }) => quiet.p99),
      middle(({ busy }) => busy.p99),
      rounds.map((round) => decimal(p99Ratio(round))).join(' '),
      middle(({ seconds }) => seconds),
      middle(({ megabytes }) => megabytes),
    ]
  })
  return {
    title: 'GET while a backup is made',
    about: `\`GET /v1/session/{sessionGuid}\` at a steady ${count(getsPerSecond)} a second, ${count(sample)} sessions in turn, before and while \`backup create\` runs in a process of its own. Delays in milliseconds from the moment at which a request was due; medians of the rounds.`,
    head: [
      'sessions stored',
      'p50 ms, quiet',
      'p50 ms, backup',
      'p99 ms, quiet',
      'p99 ms, backup',
      'times quiet',
      'seconds a backup',
      'MB',
    ],
    rows,
    targets: measured.map(({ sessions, rounds }) =>
      maxTarget(
        `GET p99 while a backup of ${count(sessions)} sessions is made, times quiet`,
        median(rounds.map(p99Ratio)),
        maxTimesQuiet,
      ),
    ),
  }
}
