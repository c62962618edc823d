import { Counter, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { SessionMeter } from '../vault/model/session-meter.ts'
import { humanBuckets } from './buckets.ts'

/** Card entries: how they begin and end, and how long each field takes. */
export function createSessionMetrics(registry: Registry): (region: RegionName) => SessionMeter {
  const registers = [registry]
  const launched = new Counter({
    name: 'tonegate_sessions_launched_total',
    help: 'Sessions launched, by how the card is entered.',
    labelNames: ['region', 'kind'],
    registers,
  })
  const ended = new Counter({
    name: 'tonegate_sessions_ended_total',
    help: 'Sessions ended by this server, by end and payment outcome.',
    labelNames: ['region', 'kind', 'end', 'outcome'],
    registers,
  })
  const field = new Histogram({
    name: 'tonegate_field_entry_seconds',
    help: 'Time spent in each card field before the next step.',
    labelNames: ['region', 'field', 'entry'],
    buckets: [...humanBuckets],
    registers,
  })
  return (region) => ({
    launched: (kind) => launched.inc({ region, kind }),
    ended: (kind, { end, outcome }) => ended.inc({ region, kind, end, outcome }),
    fieldLeft: (step, entry, milliseconds) =>
      field.observe({ region, field: step, entry }, milliseconds / 1000),
  })
}
