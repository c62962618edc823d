import { type Bench, type Scenario, withServers } from '../bench.ts'
import { wireRequest } from '../load/load.ts'
import { type Measured, measure, type Plan } from '../measure.ts'
import { ratioTarget, type Section, spread, throughputHead, throughputRow } from '../report.ts'
import { freePort } from '../server-process.ts'
import {
  openSessionRequests,
  requestToken,
  startTonegate,
  type TonegateUnderTest,
  tokenRequest,
} from '../tonegate.ts'

const agents = 1_000
/** What is sought is a few parts in a hundred: more rounds, each of them shorter, say how much the machine adds. */
const rounds = 9
const maxRoundMilliseconds = 3_000
/** Far more often than Prometheus asks by itself. */
const scrapeMilliseconds = 1_000

/** Tokens and `POST /v1/session` of a server that counts what it does and is scraped, beside one that does not. */
export const telemetry: Scenario = (bench) =>
  withServers(async (keep) => {
    const { generator, plan, newFolder } = bench
    const opsPort = await freePort()
    const counting = keep(
      await startTonegate({
        data: newFolder('telemetry-on'),
        environment: { TONEGATE_OPS_LISTEN: `127.0.0.1:${opsPort}` },
      }),
    )
    const silent = keep(await startTonegate({ data: newFolder('telemetry-off') }))
    const scrapes = startScrapes(`http://127.0.0.1:${opsPort}/metrics`)
    const sections: Section[] = []
    try {
      for (const [what, requestsOf] of [
        ['Tokens', tokenRequests],
        ['POST /v1/session', postRequests],
      ] as const) {
        const [on, off] = await measure(generator, shortened(plan), [
          { name: 'with metrics', server: counting.server, requests: await requestsOf(counting) },
          { name: 'without', server: silent.server, requests: await requestsOf(silent) },
        ])
        if (!on || !off) throw new Error('A contender was not measured.')
        sections.push(sectionOf(what, [on, off]))
      }
    } finally {
      scrapes.stop()
    }
    scrapes.requireCounted(/^tonegate_token_requests_total\{.*outcome="issued"\} \d{3,}$/m)
    return sections
  })

const shortened = (plan: Bench['plan']): Plan => ({
  ...plan,
  rounds,
  milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
})

const tokenRequests = async ({ tokenUrl, client }: TonegateUnderTest): Promise<readonly string[]> => [
  wireRequest({ url: tokenUrl, ...tokenRequest(client) }),
]

const postRequests = async (started: TonegateUnderTest): Promise<readonly string[]> =>
  openSessionRequests(started.apiUrl, await requestToken(started), agents)

const sectionOf = (what: string, [on, off]: readonly [Measured, Measured]): Section => ({
  title: `${what}, with metrics and without`,
  about: `Metrics are scraped once a second. In ${on.rounds.length} rounds the server with them was at ${spread(on, off)} of the one without.`,
  head: throughputHead('without'),
  rows: [on, off].map((each) => throughputRow(each, off)),
  targets: [ratioTarget(`${what} with metrics, of without`, [on, off], 0.95)],
})

/** Scrapes again and again, as Prometheus does. */
function startScrapes(url: string) {
  let latest = ''
  let failure: unknown
  const timer = setInterval(() => {
    fetch(url)
      .then(async (answer) => {
        latest = await answer.text()
      })
      .catch((error) => {
        failure = error
      })
  }, scrapeMilliseconds)
  return {
    stop: () => clearInterval(timer),
    /** @throws {Error} when the last scrape does not show it. */
    requireCounted(shown: RegExp): void {
      if (!shown.test(latest)) throw new Error(`${url} does not show ${shown}.`, { cause: failure })
    },
  }
}
