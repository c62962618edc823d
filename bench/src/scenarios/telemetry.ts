import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { CollectorDouble } from '../load/collector-double.ts'
import { wireRequest } from '../load/load.ts'
import { type Measured, measure, median, type Plan } from '../measure.ts'
import { decimal, ratioTarget, type Section, spread, throughputHead, throughputRow } from '../report.ts'
import { freePort } from '../server-process.ts'
import { startBeside } from '../start-beside.ts'
import {
  openSessionRequests,
  requestToken,
  startTonegate,
  type TonegateUnderTest,
  tokenRequest,
} from '../tonegate.ts'

const agents = 1_000
/** What is sought is a few parts in a hundred: many short rounds say how much the machine adds. */
const rounds = 15
const maxRoundMilliseconds = 1_000
/** Far more often than Prometheus asks by itself. */
const scrapeMilliseconds = 1_000
/** At most 5 % slower. */
const target = 0.95

/**
 * Tokens and `POST /v1/session` of a server that counts what it does and is scraped, of one that records traces besides, as
 * many a second as it does unless told otherwise, and sends them to a collector on the same machine, and of one that records all
 * of them; beside one that does nothing of it.
 */
export const telemetry: Scenario = (bench) =>
  withServers(async (keep) => {
    const collector = keep(
      await startBeside('./load/collector-double.ts', (): CollectorDouble => ({ path: '/v1/traces' })),
    )
    const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin }
    const ports = [await freePort(), await freePort(), await freePort()]
    const [metrics, metricsBeside, metricsOfAll] = ports.map((port) => ({
      TONEGATE_OPS_LISTEN: `127.0.0.1:${port}`,
    }))
    const contenders: Telling[] = []
    for (const [name, environment] of Object.entries({
      'with metrics and traces': { ...metrics, ...traces },
      'with metrics': { ...metricsBeside },
      without: {},
      'with metrics, and all traces': {
        ...metricsOfAll,
        ...traces,
        OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      },
    })) {
      const started = keep(await startTonegate({ data: bench.newFolder('telemetry'), environment }))
      contenders.push({ name, started })
    }
    const scrapes = ports.map((port) => startScrapes(`http://127.0.0.1:${port}/metrics`))
    try {
      const sections = await measureTelling(bench, contenders)
      for (const each of scrapes) await each.require(/^tonegate_token_requests_total\{.*"issued"\} \d{3,}$/m)
      await scrapes[0]?.require(/^tonegate_trace_spans_total\{outcome="sent"\} \d{3,}$/m)
      return sections
    } finally {
      for (const each of scrapes) each.stop()
    }
  })

interface Telling {
  readonly name: string
  readonly started: TonegateUnderTest
}

async function measureTelling(
  { generator, plan }: Bench,
  contenders: readonly Telling[],
): Promise<readonly Section[]> {
  const sections: Section[] = []
  for (const [what, requestsTo] of Object.entries({ Tokens: tokens, 'POST /v1/session': posts })) {
    const all = contenders.map(async ({ name, started }) => {
      return { name, server: started.server, requests: await requestsTo(started) }
    })
    sections.push(sectionOf(what, await measure(generator, shortened(plan), await Promise.all(all))))
  }
  return sections
}

const shortened = (plan: Plan): Plan => ({
  ...plan,
  rounds,
  milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
})

const tokens = async ({ tokenUrl, client }: TonegateUnderTest): Promise<readonly string[]> => [
  wireRequest({ url: tokenUrl, ...tokenRequest(client) }),
]

const posts = async (started: TonegateUnderTest): Promise<readonly string[]> =>
  openSessionRequests(started.apiUrl, await requestToken(started), agents)

function sectionOf(what: string, measured: readonly Measured[]): Section {
  const [both, metrics, off] = measured
  if (!both || !metrics || !off) throw new Error('A contender was not measured.')
  return {
    title: `${what}, with metrics and traces and without`,
    about:
      'Metrics are scraped once a second. Traces are sent to a collector, which keeps none, on the same two cores as the ' +
      `load: 200 a second, as by default, or all of them. In ${off.rounds.length} rounds the server with both was at ${spread(both, off)} of the one ` +
      `without. Processor time for each answer: ${measured.map((each) => `${microseconds(each)} µs ${each.name}`).join(', ')}.`,
    head: throughputHead('without'),
    rows: measured.map((each) => throughputRow(each, off)),
    targets: [metrics, both].map((each) =>
      ratioTarget(`${what} ${each.name}, of without`, [each, off], target),
    ),
  }
}

/** Of all threads of the server: the middle one of the rounds. */
const microseconds = ({ rounds: answers, loopDelays }: Measured): string =>
  decimal(median(loopDelays.map(({ cores }, round) => (cores * 1e6) / (answers[round] ?? Number.NaN))))

/** Scrapes again and again, as Prometheus does. */
function startScrapes(url: string) {
  const scrape = async () => (await fetch(url)).text()
  const timer = setInterval(() => void scrape().catch(() => {}), scrapeMilliseconds)
  return {
    stop: () => clearInterval(timer),
    /** @throws {Error} when what was to be measured has not happened. */
    async require(shown: RegExp): Promise<void> {
      if (!shown.test(await scrape())) throw new Error(`${url} does not show ${shown}.`)
    },
  }
}
