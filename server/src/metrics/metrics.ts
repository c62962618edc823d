import { Registry } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import type { RegionName } from '../base/region.ts'
import type { SpanMeter } from '../base/tracing/span-meter.ts'
import type { RequestHandler } from '../http/listen.ts'
import type { CountRefused, RequestMeter } from '../http/request-meter.ts'
import type { TokenMeter } from '../identity/endpoints/token-meter.ts'
import type { DeliveryMeter } from '../store/outbox/delivery-meter.ts'
import type { StoreMeter } from '../store/store-meter.ts'
import type { GatewayMeter } from '../vault/model/gateway-meter.ts'
import type { SessionMeter } from '../vault/model/session-meter.ts'
import { createDeliveryMetrics } from './delivery-metrics.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import { countRefusedIn, meterSpansIn, showProcess } from './process-metrics.ts'
import { createRegionGauges } from './region-gauges.ts'
import { createReadRegion, type RegionSources, type RegionState } from './region-state.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { createScrapeHandler } from './scrape-handler.ts'
import { createSessionMetrics } from './session-metrics.ts'
import { createStoreMetrics } from './store-metrics.ts'
import { createTokenMetrics } from './token-metrics.ts'

/** What the rooms of a region count with. */
export interface RegionMeters {
  readonly requestMeter: RequestMeter
  readonly tokenMeter: TokenMeter
  readonly sessionMeter: SessionMeter
  readonly gatewayMeter: GatewayMeter
  readonly webhookMeter: DeliveryMeter
  readonly callbackMeter: DeliveryMeter
  readonly storeMeter: StoreMeter
}

/** The metrics of a process. */
export interface Metrics {
  /** Answers a scrape. */
  readonly handler: RequestHandler
  /** Counts what is refused before its region is known. */
  readonly countRefused: CountRefused
  readonly spanMeter: SpanMeter
  /** To be called once for each region. */
  metersOf(region: RegionName): RegionMeters
  /** From now on a scrape asks the region how it is. */
  watch(region: RegionName, sources: RegionSources): void
}

/**
 * Metrics for Prometheus; `docs/metrics.md` lists them. Labels hold fixed words alone, never anything that a request, a
 * gateway or an operator has named.
 *
 * @param version of this program.
 * @param token what a scrape has to bring; null: nothing.
 */
export function createMetrics({
  version,
  token,
  clock,
}: {
  readonly version: string
  readonly token: string | null
  readonly clock: Pick<Clock, 'elapsed'>
}): Metrics {
  const registry = new Registry()
  showProcess(registry, version)
  const meters = createMeters(registry, clock)
  const show = createRegionGauges(registry)
  /** A region of the sandbox may be opened again. */
  const watched = new Map<RegionName, () => Promise<RegionState>>()

  async function read(): Promise<string> {
    show(await Promise.all([...watched.values()].map((readRegion) => readRegion())))
    return registry.metrics()
  }

  return {
    handler: createScrapeHandler({ contentType: registry.contentType, read, token }),
    countRefused: countRefusedIn(registry),
    spanMeter: meterSpansIn(registry),
    metersOf: meters,
    watch: (region, sources) => void watched.set(region, createReadRegion(region, sources)),
  }
}

function createMeters(
  registry: Registry,
  clock: Pick<Clock, 'elapsed'>,
): (region: RegionName) => RegionMeters {
  const requests = createRequestMetrics(registry)
  const tokens = createTokenMetrics(registry)
  const sessions = createSessionMetrics(registry)
  const gateways = createGatewayMetrics(registry)
  const webhooks = createDeliveryMetrics(registry, 'webhook', 'webhooks')
  const callbacks = createDeliveryMetrics(registry, 'callback', 'callbacks of the provider contract')
  const stores = createStoreMetrics(registry, clock)
  return (region) => ({
    requestMeter: requests(region),
    tokenMeter: tokens(region),
    sessionMeter: sessions(region),
    gatewayMeter: gateways(region),
    webhookMeter: webhooks(region),
    callbackMeter: callbacks(region),
    storeMeter: stores(region),
  })
}
