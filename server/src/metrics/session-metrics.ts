import { Counter, Histogram, type Registry } from 'prom-client'
import type { RegionName } from '../base/region.ts'
import type { SessionMeter } from '../vault/model/session-meter.ts'
import { humanBuckets } from './buckets.ts'

/** Card entries: how they begin and end, and how long each field takes. */
export function createSessionMetrics(registry: Registry): (region: RegionName) => SessionMeter {
  const registers = [registry]
  const launched = new Counter({
    name: 'tonegate_sessions_launched_total',
    help: 'Sessions that were launched, by how they get their card.',
    labelNames: ['region', 'kind'],
    registers,
  })
  const ended = new Counter({
    name: 'tonegate_sessions_ended_total',
    help: 'Sessions that this process has ended, by how they ended and what became of the money.',
    labelNames: ['region', 'kind', 'end', 'outcome'],
    registers,
  })
  const field = new Histogram({
    name: 'tonegate_field_entry_seconds',
    help: 'How long each field of the card was asked for before the next step.',
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
