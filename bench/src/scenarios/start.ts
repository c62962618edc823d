import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import type { Scenario } from '../bench.ts'
import type { TokenSettings } from '../floors/access-token.ts'
import { median } from '../measure.ts'
import { count, maxTarget } from '../report.ts'
import { freePort, type ServerProcess, startServer } from '../server-process.ts'
import { storeEndedSessions } from '../stored-sessions.ts'
import { startTonegate } from '../tonegate.ts'

const starts = 5
const sessions = 1_000_000
const maxMilliseconds = 1_500

/** From the start of the process to the first 200 of `/readyz`; of a region with a million sessions too. */
export const start: Scenario = async (bench) => {
  const first: number[] = []
  const second: number[] = []
  const large: number[] = []
  const floor: number[] = []
  const filled = bench.newFolder('start-large')
  await timeOf(startPlain(filled))
  storeEndedSessions(join(filled, 'nam.db'), sessions, 1)
  for (let round = 0; round < starts; round += 1) {
    const data = bench.newFolder('start')
    first.push(await timeOf(startPlain(data)))
    second.push(await timeOf(startPlain(data)))
    large.push(await timeOf(startPlain(filled)))
    floor.push(await timeOf(startFloor()))
  }
  const row = (name: string, times: readonly number[]) => [
    name,
    count(median(times)),
    times.map(count).join(' '),
  ]
  return [
    {
      title: 'Start-up',
      about:
        'From the start of the process until it is ready; medians of five. The first start makes databases, keys and demo accounts for three regions.',
      head: ['Start', 'ms', 'each'],
      rows: [
        row('Tonegate, first start', first),
        row('Tonegate, second start', second),
        row(`Tonegate, with ${count(sessions)} sessions`, large),
        row('bare Fastify (token floor)', floor),
      ],
      targets: [maxTarget('Start with a million sessions', median(large), maxMilliseconds, ' ms')],
    },
  ]
}

async function timeOf(starting: Promise<ServerProcess>): Promise<number> {
  const server = await starting
  await server.stop()
  return server.readyAfter
}

const startPlain = async (data: string): Promise<ServerProcess> =>
  (await startTonegate({ data, nodeArguments: [] })).server

async function startFloor(): Promise<ServerProcess> {
  const port = await freePort()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const settings: TokenSettings = {
    algorithm: 'ES256',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: 'http://127.0.0.1/auth',
    audience: 'http://127.0.0.1/globalpci',
    client: { id: 'client', secret: 'secret', account: 1 },
  }
  return startServer({
    entry: './floors/token-floor.ts',
    port,
    args: [JSON.stringify({ port, ...settings })],
    nodeArguments: [],
  })
}
