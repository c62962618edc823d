import { Counter, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { GatewayMeter } from '../vault/model/gateway-meter.ts'
import { remoteBuckets } from './buckets.ts'

/** What gateways are asked, by their kind. */
export function createGatewayMetrics(registry: Registry): (region: RegionName) => GatewayMeter {
  const registers = [registry]
  const requests = new Counter({
    name: 'tonegate_gateway_requests_total',
    help: 'Requests to gateways, by kind of gateway, operation and outcome.',
    labelNames: ['region', 'kind', 'operation', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'tonegate_gateway_request_duration_seconds',
    help: 'Time until a gateway answered, or the request was abandoned.',
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
