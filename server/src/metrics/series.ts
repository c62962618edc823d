import type { Metric, Registry } from 'prom-client'

/** What a metric is called, and what it says. */
interface Described {
  readonly name: string
  readonly help: string
}

type Labels = Readonly<Record<string, string>>

/** A sample of a scrape, as prom-client writes it. */
interface Written {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/**
 * A counter whose series are found once, and counted in a number of their own: prom-client looks for a series by all of its
 * labels whenever it counts, which is felt where that is done for each request. A series that has counted nothing is not shown.
 *
 * @returns makes the series of some labels.
 */
export function createSeriesCounter(
  registry: Registry,
  described: Described,
): (labels: Labels) => () => void {
  const all: { readonly labels: Labels; count: number }[] = []
  register(registry, described, 'counter', () =>
    all.flatMap(({ labels, count }) => (count === 0 ? [] : [{ labels, value: count }])),
  )
  return (labels) => {
    const series = { labels, count: 0 }
    all.push(series)
    return () => {
      series.count += 1
    }
  }
}

interface HistogramSeries {
  readonly labels: Labels
  /** How many values were in each bucket and in none before it; the last one has no bound. */
  readonly counts: number[]
  sum: number
}

/** The same of a histogram. */
export function createSeriesHistogram(
  registry: Registry,
  { buckets, ...described }: Described & { readonly buckets: readonly number[] },
): (labels: Labels) => (value: number) => void {
  const all: HistogramSeries[] = []
  const bounds = [...buckets, Number.POSITIVE_INFINITY]
  register(registry, described, 'histogram', () =>
    all.flatMap((series) => writtenOf(described, bounds, series)),
  )
  return (labels) => {
    const series: HistogramSeries = { labels, counts: bounds.map(() => 0), sum: 0 }
    const { counts } = series
    all.push(series)
    return (value) => {
      let at = 0
      while (value > (bounds[at] ?? value)) at += 1
      counts[at] = (counts[at] ?? 0) + 1
      series.sum += value
    }
  }
}

function writtenOf(
  { name }: Described,
  bounds: readonly number[],
  { labels, counts, sum }: HistogramSeries,
): readonly Written[] {
  let count = 0
  const inBuckets = bounds.map((bound, at) => {
    count += counts[at] ?? 0
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : bound
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count }
  })
  if (count === 0) return []
  return [
    ...inBuckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

/** A registry asks a metric for no more than this. */
function register(
  registry: Registry,
  { name, help }: Described,
  type: 'counter' | 'histogram',
  written: () => readonly Written[],
): void {
  const metric = { name, help, get: async () => ({ name, help, type, values: written(), aggregator: 'sum' }) }
  registry.registerMetric(metric as unknown as Metric)
}
