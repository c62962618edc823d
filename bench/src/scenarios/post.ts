import { join } from 'node:path'
import { type Scenario, withServers } from '../bench.ts'
import type { InsertFloor } from '../floors/insert-floor.ts'
import { type Measured, measure, median } from '../measure.ts'
import { decimal, maxTarget, ratioTarget, throughputHead, throughputRow } from '../report.ts'
import { freePort, startServer } from '../server-process.ts'
import { storedBytes } from '../stored-sessions.ts'
import { openSession, openSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const maxStallMilliseconds = 20

/** `POST /v1/session`, durable, beside a route that group-commits one row of the same size. */
export const post: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const data = newFolder('post')
    const tonegate = keep(await startTonegate({ data }))
    const token = await requestToken(tonegate)
    const { sessionGuid, ...answer } = await openSession(tonegate, token, 0)
    const rowBytes = storedBytes(join(data, 'nam.db'), sessionGuid ?? '')

    const port = await freePort()
    const settings: InsertFloor = { file: join(newFolder('insert-floor'), 'floor.db'), rowBytes, answer }
    const floorServer = keep(
      await startServer({
        entry: './floors/insert-floor.ts',
        port,
        args: [JSON.stringify({ port, ...settings })],
      }),
    )
    const [ours, floor] = await measure(generator, plan, [
      { name: 'Tonegate', server: tonegate.server, requests: [openSessionRequest(tonegate.apiUrl, token)] },
      {
        name: 'bare Fastify (floor)',
        server: floorServer,
        requests: [openSessionRequest(`http://127.0.0.1:${port}/globalpci`, token)],
      },
    ])
    if (!ours || !floor) throw new Error('A contender was not measured.')
    const stall = median(ours.loopDelays.map(({ p99 }) => p99))
    return [
      {
        title: 'POST /v1/session',
        about: `Configuration 0, \`skipCallTransfer\`, durable before the answer; ${rowBytes} bytes stored each.`,
        head: throughputHead('the floor'),
        rows: [ours, floor].map((each) => throughputRow(each, floor)),
        targets: [
          ratioTarget('POST, of the floor', [ours, floor], 0.5),
          maxTarget('POST, event loop p99', stall, maxStallMilliseconds, ' ms'),
        ],
      },
      {
        title: 'Event loop during POST',
        about:
          'Milliseconds between turns, sampled by a timer of 1 ms; medians of the rounds, and the longest.',
        head: ['Server', 'p50 ms', 'p99 ms', 'longest ms'],
        rows: [ours, floor].map(loopRow),
        targets: [],
      },
    ]
  })

const loopRow = ({ name, loopDelays }: Measured): readonly string[] => [
  name,
  decimal(median(loopDelays.map(({ p50 }) => p50))),
  decimal(median(loopDelays.map(({ p99 }) => p99))),
  decimal(Math.max(...loopDelays.map(({ max }) => max))),
]
