import { Counter, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { TokenMeter } from '../identity/endpoints/token-meter.ts'

/** Token requests, by grant and outcome. */
export function createTokenMetrics(registry: Registry): (region: RegionName) => TokenMeter {
  const requests = new Counter({
    name: 'tonegate_token_requests_total',
    help: 'Token requests, by grant type and outcome: issued, or an OAuth error code.',
    labelNames: ['region', 'grant', 'outcome'],
    registers: [registry],
  })
  return (region) => ({
    answered(grant, outcome) {
      requests.inc({ region, grant, outcome: outcome === 'Internal Server Error' ? 'server_error' : outcome })
    },
  })
}
