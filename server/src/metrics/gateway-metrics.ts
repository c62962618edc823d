import { Counter, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { GatewayMeter } from '../vault/model/gateway-meter.ts'
import { remoteBuckets } from './buckets.ts'

/** What gateways are asked, by their kind. */
export function createGatewayMetrics(registry: Registry): (region: RegionName) => GatewayMeter {
  const registers = [registry]
  const requests = new Counter({
    name: 'tonegate_gateway_requests_total',
    help: 'Requests to gateways, by what they were asked and what came of it.',
    labelNames: ['region', 'kind', 'operation', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'tonegate_gateway_request_duration_seconds',
    help: 'How long gateways took to answer, or were waited for.',
    labelNames: ['region', 'kind', 'operation'],
    buckets: [...remoteBuckets],
    registers,
  })
  return (region) => ({
    asked(kind, { operation, outcome, milliseconds }) {
      requests.inc({ region, kind, operation, outcome })
      duration.observe({ region, kind, operation }, milliseconds / 1000)
    },
  })
}
