import { join } from 'node:path'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { InsertFloor } from '../floors/insert-floor.ts'
import { type TablesFloor, tablesOf } from '../floors/tables-floor.ts'
import { type Contender, type Measured, measure, median } from '../measure.ts'
import { decimal, maxTarget, ratioTarget, type Section, throughputHead, throughputRow } from '../report.ts'
import { type Beside, startBeside } from '../start-beside.ts'
import { storedBytes } from '../stored-sessions.ts'
import { openSession, openSessionRequests, requestToken, startTonegate } from '../tonegate.ts'
import { withPostgres } from '../with-postgres.ts'

const maxStallMilliseconds = 5
const agents = 1_000

/**
 * `POST /v1/session`, durable, beside a route that group-commits one row of the same size, and one that puts a session's rows
 * into the same tables; and the same on PostgreSQL, whose own processes are on the same machine.
 */
export const post: Scenario = (bench) =>
  withPostgres((environmentFor) => withServers((keep) => measurePosts(bench, keep, environmentFor)))

async function measurePosts(
  { generator, plan, newFolder }: Bench,
  keep: Parameters<Parameters<typeof withServers>[0]>[0],
  environmentFor: Parameters<Parameters<typeof withPostgres>[0]>[0],
): Promise<readonly Section[]> {
  const data = newFolder('post')
  const tonegate = keep(await startTonegate({ data }))
  const token = await requestToken(tonegate)
  const { sessionGuid = '', ...answer } = await openSession(tonegate, token, 0)
  const rowBytes = storedBytes(join(data, 'nam.db'), sessionGuid)
  const tables = tablesOf(join(data, 'nam.db'), sessionGuid)
  const file = join(newFolder('post-floors'), 'floor.db')
  const oneRow = keep(
    await startBeside('./floors/insert-floor.ts', (): InsertFloor => ({ file, rowBytes, answer })),
  )
  const sameTables = keep(
    await startBeside(
      './floors/tables-floor.ts',
      (): TablesFloor => ({ file: `${file}.2`, answer, ...tables }),
    ),
  )
  const dataBeside = newFolder('post-postgres')
  const shared = keep(
    await startTonegate({ data: dataBeside, environment: await environmentFor(dataBeside) }),
  )
  const sharedRequests = openSessionRequests(shared.apiUrl, await requestToken(shared), agents)
  const requestsAt = (apiUrl: string) => openSessionRequests(apiUrl, token, agents)
  const measured = await measure(generator, plan, [
    { name: 'Tonegate', server: tonegate.server, requests: requestsAt(tonegate.apiUrl) },
    { name: 'Tonegate on PostgreSQL', server: shared.server, requests: sharedRequests },
    { name: 'bare Fastify, the same tables', ...besideAt(sameTables, requestsAt) },
    { name: 'bare Fastify, one row (floor)', ...besideAt(oneRow, requestsAt) },
  ])
  const [ours, onPostgres, same, floor] = measured
  if (!ours || !onPostgres || !same || !floor) throw new Error('A contender was not measured.')
  const stall = median(ours.loopDelays.map(({ p99 }) => p99))
  return [
    {
      title: 'POST /v1/session',
      about: `Configuration 0, \`skipCallTransfer\`, ${agents} agents in turn, durable before the answer; ${rowBytes} bytes stored each. The floor puts them into one row of a table with one index; beside it, one that puts the same rows, and the same entry for the audit log, into the same tables, with all of their indexes. PostgreSQL has its files on the same disk, with fsync, and shares the processors.`,
      head: throughputHead('the floor'),
      rows: measured.map((each) => throughputRow(each, floor)),
      targets: [
        ratioTarget('POST, of the floor with the same tables', [ours, same], 0.65),
        ratioTarget('POST, of the floor', [ours, floor], 0.5),
        ratioTarget('POST on PostgreSQL, of the embedded store', [onPostgres, ours], 0.7),
        maxTarget('POST, event loop p99', stall, maxStallMilliseconds, ' ms'),
      ],
    },
    {
      title: 'Event loop during POST',
      about:
        'Milliseconds between turns, sampled by a timer of 1 ms; medians of the rounds, and the longest.',
      head: ['Server', 'p50 ms', 'p99 ms', 'longest ms'],
      rows: measured.map(loopRow),
      targets: [],
    },
  ]
}

const besideAt = (
  { server, origin }: Beside<object>,
  requestsAt: (apiUrl: string) => readonly string[],
): Pick<Contender, 'server' | 'requests'> => ({ server, requests: requestsAt(`${origin}/globalpci`) })

const loopRow = ({ name, loopDelays }: Measured): readonly string[] => [
  name,
  decimal(median(loopDelays.map(({ p50 }) => p50))),
  decimal(median(loopDelays.map(({ p99 }) => p99))),
  decimal(Math.max(...loopDelays.map(({ max }) => max))),
]
