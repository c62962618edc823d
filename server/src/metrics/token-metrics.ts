import type { Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { TokenMeter } from '../identity/endpoints/token-meter.ts'
import { createSeriesCounter } from './series.ts'

/** Token requests, by grant and outcome. */
export function createTokenMetrics(registry: Registry): (region: RegionName) => TokenMeter {
  const requests = createSeriesCounter(registry, {
    name: 'tonegate_token_requests_total',
    help: 'Token requests, by grant type and outcome: issued, or an OAuth error code.',
  })
  return (region) => {
    const byGrant = new Map<string, Map<string, () => void>>()

    function seriesOf(grant: string, outcome: string): () => void {
      const byOutcome = byGrant.get(grant) ?? new Map<string, () => void>()
      byGrant.set(grant, byOutcome)
      const said = outcome === 'Internal Server Error' ? 'server_error' : outcome
      const series = requests({ region, grant, outcome: said })
      byOutcome.set(outcome, series)
      return series
    }

    return {
      answered: (grant, outcome) => (byGrant.get(grant)?.get(outcome) ?? seriesOf(grant, outcome))(),
    }
  }
}
