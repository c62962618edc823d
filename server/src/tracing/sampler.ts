import type { SpanPlace } from '../base/tracing/span.ts'
import type { SpansMetered } from '../base/tracing/span-meter.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** Whether a trace is recorded. */
type Sampler = (traceId: string, parent: SpanPlace | undefined) => boolean

/** So many hexadecimal digits at the end of a trace's id are taken as a number that is as good as random. */
const digits = 13

type Settings = Pick<TracingSettings, 'sampler' | 'share' | 'mostPerSecond'>

interface Surroundings extends SpansMetered {
  /** Microseconds. */
  readonly now: () => number
}

/** The samplers of OpenTelemetry's settings: those by a parent do as that does, and decide where there is none. */
export function createSampler(settings: Settings, surroundings: Surroundings): Sampler {
  const [, byParent, name] = /^(parentbased_)?(.*)$/.exec(settings.sampler) ?? []
  const decide = deciders[name as keyof typeof deciders](settings, surroundings)
  return byParent ? (traceId, parent) => parent?.sampled ?? decide(traceId) : decide
}

const deciders = {
  always_on: () => () => true,
  always_off: () => () => false,
  /** A share of the traces, and no more a second than they may cost: under a load that few servers see, the rest is left out. */
  traceidratio({ share, mostPerSecond }: Settings, { now, spanMeter }: Surroundings) {
    const isShared = (traceId: string) =>
      share === 1 || Number.parseInt(traceId.slice(-digits), 16) < share * 16 ** digits
    const hasRoom = createBucket(mostPerSecond, now)
    return (traceId: string) => {
      if (!isShared(traceId)) return false
      if (hasRoom()) return true
      spanMeter?.leftOut()
      return false
    }
  },
} as const

/** Holds as much as comes in a second. */
function createBucket(perSecond: number, now: () => number): () => boolean {
  let left = perSecond
  let filledAt = now()
  return () => {
    const at = now()
    left = Math.min(perSecond, left + ((at - filledAt) / 1e6) * perSecond)
    filledAt = at
    if (left < 1) return false
    left -= 1
    return true
  }
}
