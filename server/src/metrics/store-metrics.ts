import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import type { RegionName } from '../base/region.ts'
import type { StoreMeter } from '../store/store-meter.ts'
import { shortBuckets } from './buckets.ts'
import { createSeriesHistogram } from './series.ts'

const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** What is written to the database. */
export function createStoreMetrics(
  registry: Registry,
  clock: Pick<Clock, 'elapsed'>,
): (region: RegionName) => StoreMeter {
  const { operations, wait, duration, overloaded, failures, available } = defineMetrics(registry)
  return (region) => {
    const labels = { region }
    overloaded.inc(labels, 0)
    failures.inc(labels, 0)
    available.set(labels, 1)
    const [countOperations, observeWait, observeDuration] = [
      operations(labels),
      wait(labels),
      duration(labels),
    ]
    return {
      now: clock.elapsed,
      begun(count, since) {
        const begunAt = clock.elapsed()
        countOperations(count)
        observeWait((begunAt - since) / 1000)
        return () => observeDuration((clock.elapsed() - begunAt) / 1000)
      },
      overloaded: () => overloaded.inc(labels),
      told(state) {
        if (state === 'fails') failures.inc(labels)
        available.set(labels, state === 'works' ? 1 : 0)
      },
    }
  }
}

function defineMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['region'] as const
  return {
    operations: createSeriesHistogram(registry, {
      name: 'tonegate_store_batch_operations',
      help: 'Operations that shared one transaction.',
      buckets: batchBuckets,
    }),
    wait: createSeriesHistogram(registry, {
      name: 'tonegate_store_wait_seconds',
      help: 'Time the first operation of a transaction waited before it began.',
      buckets: shortBuckets,
    }),
    duration: createSeriesHistogram(registry, {
      name: 'tonegate_store_transaction_duration_seconds',
      help: 'Time from the beginning of a transaction until it was durable or had failed.',
      buckets: shortBuckets,
    }),
    overloaded: new Counter({
      name: 'tonegate_store_overloaded_total',
      help: 'Operations refused because too many were waiting.',
      labelNames,
      registers,
    }),
    failures: new Counter({
      name: 'tonegate_store_failures_total',
      help: 'Transactions and reads that failed because the database could not be used.',
      labelNames,
      registers,
    }),
    available: new Gauge({
      name: 'tonegate_store_available',
      help: '1 if the last transaction succeeded, 0 if the database could not be used.',
      labelNames,
      registers,
    }),
  }
}
