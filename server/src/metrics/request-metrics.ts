import { METHODS } from 'node:http'
import { Gauge, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import { type RequestMeter, type RouteMeter, streamNames } from '../http/request-meter.ts'
import { shortBuckets } from './buckets.ts'
import { createSeriesCounter, createSeriesHistogram } from './series.ts'

const knownMethods: ReadonlySet<string> = new Set(METHODS)

/** A request without a route bears this one. */
const noRoute = 'none'

/** Requests, and the streams that are open. */
export function createRequestMetrics(registry: Registry): (region: RegionName) => RequestMeter {
  const answered = createSeriesCounter(registry, {
    name: 'tonegate_http_requests_total',
    help: 'Requests answered, by route pattern and status class.',
  })
  const duration = createSeriesHistogram(registry, {
    name: 'tonegate_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer. Event streams are not included.',
    buckets: shortBuckets,
  })
  const streams = new Gauge({
    name: 'tonegate_streams_open',
    help: 'Open event streams.',
    labelNames: ['region', 'stream'],
    registers: [registry],
  })

  return (region) => {
    for (const stream of streamNames) streams.set({ region, stream }, 0)
    const byClass = (labels: { readonly route: string; readonly method: string }) => {
      const counts = statusClasses.map((status) => answered({ region, ...labels, status }))
      return (status: number): void => counts[classOf(status)]?.()
    }
    const unrouted = new Map<string, (status: number) => void>()
    return {
      ofRoute({ route, method }): RouteMeter {
        const count = byClass({ route, method })
        const observe = duration({ region, route, method })
        return {
          answered(status, milliseconds) {
            count(status)
            if (milliseconds !== undefined) observe(milliseconds / 1000)
          },
        }
      },
      unrouted(sent, status) {
        const method = knownMethods.has(sent) ? sent : 'other'
        const count = unrouted.get(method) ?? byClass({ route: noRoute, method })
        unrouted.set(method, count)
        count(status)
      },
      streams: (stream, difference) => streams.inc({ region, stream }, difference),
    }
  }
}

const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

const classOf = (status: number): number => Math.min(Math.max(Math.floor(status / 100), 1), 5) - 1
