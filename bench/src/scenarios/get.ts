import { type Scenario, withServers } from '../bench.ts'
import type { JsonFloor } from '../floors/json-floor.ts'
import { measure } from '../measure.ts'
import { payForSessions } from '../paid-sessions.ts'
import { ratioTarget, throughputHead, throughputRow } from '../report.ts'
import { freePort, startServer } from '../server-process.ts'
import { readSession, readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const sessions = 200

/** `GET /v1/session/{sessionGuid}` of paid sessions, beside a route that answers the same JSON from memory. */
export const get: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: newFolder('get') }))
    const token = await requestToken(tonegate)
    const guids = await payForSessions(tonegate, token, sessions)
    const status = await readSession(tonegate, token, guids[0] ?? '')

    const port = await freePort()
    const settings: JsonFloor = { status }
    const floorServer = keep(
      await startServer({
        entry: './floors/json-floor.ts',
        port,
        args: [JSON.stringify({ port, ...settings })],
      }),
    )
    const requests = (apiUrl: string) => guids.map((guid) => readSessionRequest(apiUrl, token, guid))
    const [ours, floor] = await measure(generator, plan, [
      { name: 'Tonegate', server: tonegate.server, requests: requests(tonegate.apiUrl) },
      {
        name: 'bare Fastify (floor)',
        server: floorServer,
        requests: requests(`http://127.0.0.1:${port}/globalpci`),
      },
    ])
    if (!ours || !floor) throw new Error('A contender was not measured.')
    const bytes = Buffer.byteLength(JSON.stringify(status))
    return [
      {
        title: 'GET /v1/session/{sessionGuid}',
        about: `${sessions} paid sessions in turn, with a bearer token; ${bytes} bytes of JSON each. Tonegate keeps the answer of an ended session for ten seconds, so nearly all of these are kept answers; the GET rows of the growth table below show what a read of the database costs.`,
        head: throughputHead('the floor'),
        rows: [ours, floor].map((each) => throughputRow(each, floor)),
        targets: [ratioTarget('GET, of the floor', [ours, floor], 0.7)],
      },
    ]
  })
