import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { CollectorDouble } from '../load/collector-double.ts'
import { wireRequest } from '../load/load.ts'
import { type Contender, type Measured, measure, median } from '../measure.ts'
import { decimal, ratioTarget, type Section, throughputHead, throughputRow } from '../report.ts'
import { startBeside } from '../start-beside.ts'
import {
  openSessionRequests,
  requestToken,
  startTonegate,
  type TonegateUnderTest,
  tokenRequest,
} from '../tonegate.ts'

const agents = 1_000
/** What is looked for is small: more rounds, each of them shorter. */
const rounds = 9
const maxRoundMilliseconds = 3_000
/** At most 5 % slower. */
const target = 0.95

/** Tokens and `POST /v1/session` with all traces recorded and sent to a collector on the same machine, beside without. */
export const traces: Scenario = (bench) => withServers((keep) => measureTraces(bench, keep))

async function measureTraces(
  { generator, plan, newFolder }: Bench,
  keep: Parameters<Parameters<typeof withServers>[0]>[0],
): Promise<readonly Section[]> {
  const collector = keep(
    await startBeside('./load/collector-double.ts', (): CollectorDouble => ({ path: '/v1/traces' })),
  )
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin }
  const traced = keep(await startTonegate({ data: newFolder('traced'), environment }))
  const untraced = keep(await startTonegate({ data: newFolder('untraced') }))
  const often = { ...plan, rounds, milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds) }
  const sections: Section[] = []
  for (const [what, requestsTo] of Object.entries({ Tokens: tokens, POST: posts })) {
    const contenders: Contender[] = [
      { name: 'traced', server: traced.server, requests: await requestsTo(traced) },
      { name: 'not traced', server: untraced.server, requests: await requestsTo(untraced) },
    ]
    const [on, off] = await measure(generator, often, contenders)
    if (!on || !off) throw new Error('A contender was not measured.')
    sections.push(section(what, on, off))
  }
  return sections
}

const tokens = async ({ tokenUrl, client }: TonegateUnderTest) => [
  wireRequest({ url: tokenUrl, ...tokenRequest(client) }),
]

const posts = async (tonegate: TonegateUnderTest) =>
  openSessionRequests(tonegate.apiUrl, await requestToken(tonegate), agents)

const section = (what: string, on: Measured, off: Measured): Section => ({
  title: `${what} with traces`,
  about:
    'All traces are recorded and sent to a collector, which keeps none, on the same two cores as the load. ' +
    `Processor time for each answer: ${microseconds(on)} µs with traces, ${microseconds(off)} µs without.`,
  head: throughputHead('not traced'),
  rows: [on, off].map((each) => throughputRow(each, off)),
  targets: [ratioTarget(`${what} with traces, of without`, [on, off], target)],
})

/** Of all threads of the server: the middle one of the rounds. */
const microseconds = ({ rounds: answers, loopDelays }: Measured): string =>
  decimal(median(loopDelays.map(({ cores }, round) => (cores * 1e6) / (answers[round] ?? Number.NaN))))
