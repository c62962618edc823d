import { holdsCardNumber } from '../redaction/find-card-number.ts'
import type { SpanPlace } from './span.ts'

/** The header that a trace goes on by, from one process to the next (W3C Trace Context §3.2). */
export const traceparentHeader = 'traceparent'

/** Version 00 has nothing behind the flags; a later one may, and is read as this one (§3.2.4). */
const pattern =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?$/

const sampledFlag = 1

type Header = string | readonly string[] | undefined

/**
 * The span that somebody else's request says it is part of. What holds what may be a card number is nobody's, too: whoever
 * sends it has chosen every digit.
 */
export function readForeignTraceparent(header: Header): SpanPlace | undefined {
  const place = readTraceparent(header)
  return place && !holdsCard(place.traceId) && !holdsCard(place.spanId) ? place : undefined
}

/** The span that a request is part of; `undefined` where that is not well formed, or comes twice: a new trace begins. */
export function readTraceparent(header: Header): SpanPlace | undefined {
  if (typeof header !== 'string' || header.length > 256) return undefined
  const [, version, traceId, spanId, flags, more] = pattern.exec(header) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === '00' && more !== undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & sampledFlag) === sampledFlag }
}

function holdsCard(id: string): boolean {
  return (id.match(/\d{13,}/g) ?? []).some((run) => windowsOf(run).some(holdsCardNumber))
}

/** All that may be a card number in a run of digits. */
function windowsOf(run: string): readonly string[] {
  const starts = Array.from({ length: run.length - 12 }, (_, start) => run.slice(start, start + 19))
  return starts.flatMap((rest) => [13, 14, 15, 16, 17, 18, 19].map((length) => rest.slice(0, length)))
}

export const traceparentOf = ({ traceId, spanId, sampled }: SpanPlace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
