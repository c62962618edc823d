import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import type { SpanMeter } from '../base/tracing/span-meter.ts'
import { type CountRefused, earlyReasons } from '../http/request-meter.ts'

/** What a list of all sockets and heap spaces is needed for is left out. */
const leftOut =
  /^nodejs_(?:active_(?:handles|requests|resources)|heap_space_size)|^process_(?:heap|virtual_memory)_bytes$/

/** What prom-client tells of any process of Node.js, and which version of Tonegate this one is. */
export function showProcess(registry: Registry, version: string): void {
  collectDefaultMetrics({ register: registry })
  for (const { name } of registry.getMetricsAsArray()) {
    if (leftOut.test(name)) registry.removeSingleMetric(name)
  }
  new Gauge({
    name: 'tonegate_build_info',
    help: 'Always 1; the label is the version of Tonegate.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1)
}

/** Requests that are refused before it is known which region they are for. */
export function countRefusedIn(registry: Registry): CountRefused {
  const refused = new Counter({
    name: 'tonegate_http_refused_requests_total',
    help: 'Requests refused before their region was known, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  })
  for (const reason of earlyReasons) refused.inc({ reason }, 0)
  return (reason) => refused.inc({ reason })
}

/** The spans of the process's traces. */
export function meterSpansIn(registry: Registry): SpanMeter {
  const spans = new Counter({
    name: 'tonegate_trace_spans_total',
    help: 'Spans that the collector of traces accepted, or that were dropped.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of ['sent', 'dropped']) spans.inc({ outcome }, 0)
  const leftOut = new Counter({
    name: 'tonegate_traces_left_out_total',
    help: 'Traces that were not recorded because enough were in that second.',
    registers: [registry],
  })
  return {
    sent: (count) => spans.inc({ outcome: 'sent' }, count),
    dropped: (count) => spans.inc({ outcome: 'dropped' }, count),
    leftOut: () => leftOut.inc(),
  }
}
