import type { Parts } from '../base/parts.ts'
import { type Attributes, fixed } from '../base/tracing/attributes.ts'
import type { Span, SpanPlace, Tracer } from '../base/tracing/span.ts'
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
  settings: Pick<TracingSettings, 'sampler' | 'share'>,
  {
    random,
    now,
    ended,
  }: Pick<Parts, 'random'> & { readonly now: () => number; readonly ended: (span: EndedSpan) => void },
): (always: Attributes) => Tracer {
  const isSampled = createSampler(settings)
  const newSpanId = () => random(spanIdBytes).toString('hex')
  const surroundings: SpanSurroundings = { now, newSpanId, ended }

  /** @param attributes what the first span of each trace here says. */
  return (attributes) => {
    const always = fixed(attributes)
    return {
      begin(name, options = {}, parent) {
        const ids = parent ? newSpanId() : random(traceIdBytes + spanIdBytes).toString('hex')
        const spanId = ids.slice(-2 * spanIdBytes)
        const traceId = parent?.traceId ?? ids.slice(0, 2 * traceIdBytes)
        if (!isSampled(traceId, parent)) return unrecorded({ traceId, spanId })
        const begun = { traceId, spanId, parent, isParentRemote: parent !== undefined, always }
        return new RecordedSpan(surroundings, name, options, begun)
      },
    }
  }
}

const traceIdBytes = 16
const spanIdBytes = 8

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
