import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { DeliveryMeter, DeliveryOutcome } from '../store/outbox/delivery-meter.ts'
import { remoteBuckets } from './buckets.ts'

const outcomes: readonly DeliveryOutcome[] = ['delivered', 'retried', 'given-up', 'not-sent']

/**
 * Deliveries of one kind of message.
 *
 * @param kind `webhook` or `callback`, as its metrics are called.
 * @param messages what they are called in texts.
 */
export function createDeliveryMetrics(
  registry: Registry,
  kind: 'webhook' | 'callback',
  messages: string,
): (region: RegionName) => DeliveryMeter {
  const registers = [registry]
  const deliveries = new Counter({
    name: `tonegate_${kind}_deliveries_total`,
    help: `Attempts to deliver ${messages}, by outcome.`,
    labelNames: ['region', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: `tonegate_${kind}_delivery_duration_seconds`,
    help: `Time until a receiver of ${messages} answered, or the attempt was abandoned.`,
    labelNames: ['region'],
    buckets: [...remoteBuckets],
    registers,
  })
  const lag = new Gauge({
    name: `tonegate_${kind}_lag_seconds`,
    help: `How overdue the oldest of the ${messages} is; 0 if none is.`,
    labelNames: ['region'],
    registers,
  })
  return (region) => {
    for (const outcome of outcomes) deliveries.inc({ region, outcome }, 0)
    lag.set({ region }, 0)
    return {
      attempted(outcome, milliseconds) {
        deliveries.inc({ region, outcome })
        if (outcome === 'delivered' || outcome === 'retried')
          duration.observe({ region }, milliseconds / 1000)
      },
      looked: (milliseconds) => lag.set({ region }, milliseconds / 1000),
    }
  }
}
