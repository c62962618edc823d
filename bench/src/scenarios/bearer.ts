import { type Scenario, withServers } from '../bench.ts'
import { measure } from '../measure.ts'
import { newTokens } from '../new-tokens.ts'
import { payForSessions } from '../paid-sessions.ts'
import { count, floorName, throughputHead, throughputRows } from '../report.ts'
import { newTokenSettings, signTokens, startBeside } from '../start-beside.ts'
import { readSession, readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const tokensPerSecond = 4000

/** The bearer check of tokens that it has never seen, beside one that it knows and a floor that verifies each. */
export const bearer: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const tonegate = keep(await startTonegate({ data: newFolder('bearer') }))
    const known = await requestToken(tonegate)
    const [guid = ''] = await payForSessions(tonegate, known, 1)
    const status = await readSession(tonegate, known, guid)
    const floor = keep(
      await startBeside('./floors/bearer-floor.ts', (origin) => ({
        ...newTokenSettings(tonegate.client, origin),
        status,
      })),
    )
    const floorApi = `${floor.origin}/globalpci`

    const each = Math.round((tokensPerSecond * plan.milliseconds) / 1000)
    const requests = (apiUrl: string, tokens: readonly string[]) =>
      tokens.map((token) => readSessionRequest(apiUrl, token, guid))
    const measured = await measure(generator, plan, [
      {
        name: 'Tonegate, one known token',
        server: tonegate.server,
        requests: requests(tonegate.apiUrl, [known]),
      },
      {
        name: 'Tonegate, tokens never seen',
        server: tonegate.server,
        requests: async () => requests(tonegate.apiUrl, await newTokens(generator, tonegate, each)),
        eachOnce: true,
      },
      {
        name: floorName,
        server: floor.server,
        requests: async () => requests(floorApi, await signTokens(floor.settings, each)),
        eachOnce: true,
      },
    ])
    return [
      {
        title: 'Bearer tokens never seen before',
        about: `GET of one paid session, whose answer is kept, so that the check of the token is what differs. A round of tokens never seen sends ${count(each)} of them, each once. The floor verifies the signature of every token, and answers the same JSON from memory.`,
        head: throughputHead('the floor'),
        rows: throughputRows(measured),
        targets: [],
      },
    ]
  })
