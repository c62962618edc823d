import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { version } from '../../src/app/version.ts'
import { systemClock } from '../../src/base/clock.ts'
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts'
import { startTestTonegate } from './test-tonegate.ts'

/** A sample of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Metrics, and a port of their own at which they are scraped. */
export async function startTestMetrics(t: TestContext, token: string | null = null) {
  const metrics = createMetrics({ version, token, clock: systemClock })
  const server = createServer(metrics.handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
  const scrape = async () => (await fetch(url)).text()
  return { metrics, url, scrape }
}

/** A whole Tonegate whose metrics can be scraped. */
export async function startMeteredTonegate(
  t: TestContext,
  options: Omit<NonNullable<Parameters<typeof startTestTonegate>[1]>, 'metrics'> & {
    /** Hears what the meters are asked. */
    readonly watch?: (metrics: Metrics) => Metrics
  } = {},
) {
  const { watch = (metrics: Metrics) => metrics, ...rest } = options
  const { metrics, url, scrape } = await startTestMetrics(t)
  const tonegate = await startTestTonegate(t, { ...rest, metrics: watch(metrics) })
  return { ...tonegate, metricsUrl: url, scrape }
}

/** The samples of a scrape. */
export const samplesIn = (text: string): readonly Sample[] =>
  [...text.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value = '']) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text]),
    ),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  }))

/** The value of the one sample with these labels, among others; `undefined` where there is none. */
export function sampleOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )
  if (found.length > 1) throw new Error(`${name} has ${found.length} samples with ${JSON.stringify(labels)}.`)
  return found[0]?.value
}

/** The names of the metrics that a scrape tells of, with those that have no sample. */
export const metricsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
