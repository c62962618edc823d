import type { Parts } from '../base/parts.ts'
import type { Random } from '../base/random.ts'
import { type Attributes, fixed } from '../base/tracing/attributes.ts'
import type { Span, SpanPlace, Tracer } from '../base/tracing/span.ts'
import type { SpansMetered } from '../base/tracing/span-meter.ts'
import { type EndedSpan, RecordedSpan, type SpanSurroundings } from './recorded-span.ts'
import { createSampler } from './sampler.ts'
import type { TracingSettings } from './tracing-settings.ts'

/**
 * Begins the traces of a process.
 *
 * @param now microseconds since the epoch.
 * @param ended hears of each span that is to be sent.
 */
export function createTracers(
  settings: Pick<TracingSettings, 'sampler' | 'share' | 'mostPerSecond'>,
  {
    random,
    now,
    ended,
    spanMeter,
  }: Pick<Parts, 'random'> &
    SpansMetered & { readonly now: () => number; readonly ended: (span: EndedSpan) => void },
): (always: Attributes) => Tracer {
  const isSampled = createSampler(settings, { now, spanMeter })
  const newDigits = createRandomDigits(random)
  const newSpanId = () => newDigits(spanIdDigits)
  const surroundings: SpanSurroundings = { now, newSpanId, ended }

  /** @param attributes what the first span of each trace here says. */
  return (attributes) => {
    const always = fixed(attributes)
    return {
      begin(name, options = {}, parent) {
        const traceId = parent?.traceId ?? newDigits(traceIdDigits)
        if (!isSampled(traceId, parent)) return unrecorded({ traceId, spanId: newSpanId() })
        const begun = { traceId, parent, isParentRemote: parent !== undefined, always }
        return new RecordedSpan(surroundings, name, options, begun)
      },
    }
  }
}

const traceIdDigits = 32
const spanIdDigits = 16
const bytesAtOnce = 1_024

/** Hexadecimal digits, made of many bytes at once. */
function createRandomDigits(random: Random): (digits: number) => string {
  let made = ''
  let next = 0
  return (digits) => {
    if (next + digits > made.length) {
      made = random(bytesAtOnce).toString('hex')
      next = 0
    }
    next += digits
    return made.slice(next - digits, next)
  }
}

/** Of a trace that is not recorded: neither is what belongs to it, here or in another process. */
function unrecorded({ traceId, spanId }: Pick<SpanPlace, 'traceId' | 'spanId'>): Span {
  const span: Span = {
    traceId,
    spanId,
    sampled: false,
    begin: () => span,
    set() {},
    failed() {},
    end() {},
  }
  return span
}
