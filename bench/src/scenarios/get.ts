import { type Scenario, withServers } from '../bench.ts'
import type { JsonFloor } from '../floors/json-floor.ts'
import { measure } from '../measure.ts'
import { payForSessions } from '../paid-sessions.ts'
import { ratioTarget, type Section, throughputHead, throughputRow } from '../report.ts'
import { startBeside } from '../start-beside.ts'
import { openSession, readSession, readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const sessions = 200

/** `GET /v1/session/{sessionGuid}` of paid and of open sessions, beside a route that answers the same JSON from memory. */
export const get: Scenario = (bench) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: bench.newFolder('get') }))
    const token = await requestToken(tonegate)
    const paid = await payForSessions(tonegate, token, sessions)
    const opened: string[] = []
    while (opened.length < sessions) {
      const { sessionGuid = '' } = await openSession(tonegate, token, 0)
      opened.push(sessionGuid)
    }
    const section = async (
      guids: readonly string[],
      words: Pick<Section, 'title' | 'about'>,
      target: string,
    ) => {
      const status = await readSession(tonegate, token, guids[0] ?? '')
      const floor = keep(await startBeside('./floors/json-floor.ts', (): JsonFloor => ({ status })))
      const requests = (apiUrl: string) => guids.map((guid) => readSessionRequest(apiUrl, token, guid))
      const measured = await measure(bench.generator, bench.plan, [
        { name: 'Tonegate', server: tonegate.server, requests: requests(tonegate.apiUrl) },
        {
          name: 'bare Fastify (floor)',
          server: floor.server,
          requests: requests(`${floor.origin}/globalpci`),
        },
      ])
      await floor.server.stop()
      const [ours, beside] = measured
      if (!ours || !beside) throw new Error('A contender was not measured.')
      const bytes = Buffer.byteLength(JSON.stringify(status))
      return {
        title: words.title,
        about: `${sessions} ${words.about} ${bytes} bytes of JSON each.`,
        head: throughputHead('the floor'),
        rows: measured.map((each) => throughputRow(each, beside)),
        targets: [ratioTarget(target, [ours, beside], 0.7)],
      }
    }
    return [
      await section(
        paid,
        {
          title: 'GET /v1/session/{sessionGuid}',
          about:
            'paid sessions in turn, with a bearer token. Tonegate keeps the answer of an ended session for a second, so nearly all of these are kept answers.',
        },
        'GET, of the floor',
      ),
      await section(
        opened,
        {
          title: 'GET /v1/session/{sessionGuid} of open sessions',
          about: 'open sessions in turn, with a bearer token: each is read from the database.',
        },
        'GET of an open session, of the floor',
      ),
    ]
  })
