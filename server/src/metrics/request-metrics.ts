import { METHODS } from 'node:http'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import { type RequestMeter, type RouteMeter, streamNames } from '../http/request-meter.ts'
import { shortBuckets } from './buckets.ts'

const knownMethods: ReadonlySet<string> = new Set(METHODS)

/** A request without a route bears this one. */
const noRoute = 'none'

/** Requests, and the streams that are open. */
export function createRequestMetrics(registry: Registry): (region: RegionName) => RequestMeter {
  const registers = [registry]
  const answered = new Counter({
    name: 'tonegate_http_requests_total',
    help: 'Requests answered, by route pattern and status class.',
    labelNames: ['region', 'route', 'method', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'tonegate_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer. Event streams are not included.',
    labelNames: ['region', 'route', 'method'],
    buckets: [...shortBuckets],
    registers,
  })
  const streams = new Gauge({
    name: 'tonegate_streams_open',
    help: 'Open event streams.',
    labelNames: ['region', 'stream'],
    registers,
  })

  return (region) => {
    for (const stream of streamNames) streams.set({ region, stream }, 0)
    return {
      ofRoute({ route, method }): RouteMeter {
        const labels = { region, route, method }
        const byClass = statusClasses.map((status) => ({ ...labels, status }))
        return {
          answered(status, milliseconds) {
            answered.inc(byClass[classOf(status)] ?? labels)
            if (milliseconds !== undefined) duration.observe(labels, milliseconds / 1000)
          },
        }
      },
      unrouted(sent, status) {
        const method = knownMethods.has(sent) ? sent : 'other'
        answered.inc({ region, route: noRoute, method, status: statusClasses[classOf(status)] ?? '5xx' })
      },
      streams: (stream, difference) => streams.inc({ region, stream }, difference),
    }
  }
}

const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

const classOf = (status: number): number => Math.min(Math.max(Math.floor(status / 100), 1), 5) - 1
