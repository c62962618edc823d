import type { Clock } from '../base/clock.ts'
import { NoAnswer, type Outgoing, type OutgoingAnswer } from '../base/outgoing/outgoing.ts'
import { retryAfterMilliseconds } from '../base/retry-after.ts'
import { createEncodeJson } from './otlp/encode-json.ts'
import { createEncodeProtobuf } from './otlp/encode-protobuf.ts'
import type { SentBy } from './otlp/resource.ts'
import type { SendSpans, Sent } from './span-queue.ts'
import type { TracingSettings } from './tracing-settings.ts'

const timeoutMilliseconds = 10_000
const maxBytes = 64 * 1024

const encoders = {
  'http/protobuf': { type: 'application/x-protobuf', create: createEncodeProtobuf },
  'http/json': { type: 'application/json', create: createEncodeJson },
} as const

/** With these, a collector asks for the same again later (OTLP, “Retryable Response Codes”). */
const statusesForLater: readonly number[] = [429, 502, 503, 504]

/** Sends spans to a collector by OTLP over HTTP. Whatever it answers, nothing of it is kept or repeated. */
export function createSendSpans(
  { url, encoding, headers }: Pick<TracingSettings, 'url' | 'encoding' | 'headers'>,
  sentBy: SentBy,
  { send, clock }: { readonly send: Outgoing; readonly clock: Pick<Clock, 'now'> },
): SendSpans {
  const { type, create } = encoders[encoding]
  const encode = create(sentBy)

  return async (spans, signal) => {
    const body = encode(spans)
    try {
      const answer = await send({
        method: 'POST',
        url,
        headers: { ...headers, 'content-type': type, 'user-agent': 'Tonegate' },
        body,
        timeoutMilliseconds,
        maxBytes,
        signal,
      })
      return sentAs(answer, type, clock.now())
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return { is: error.fault === 'answer-too-long' ? 'refused' : 'again', why: error.fault }
    }
  }
}

/** A page that is answered with 200 is of some other server: nothing was taken. */
function sentAs({ status, headers }: OutgoingAnswer, type: string, now: number): Sent {
  if (status >= 200 && status < 300) {
    const isPage = /^text\/html\b/i.test(String(headers['content-type'] ?? type))
    return isPage ? { is: 'refused', why: 'answered with a page' } : { is: 'taken' }
  }
  const why = `status ${status}`
  if (!statusesForLater.includes(status)) return { is: 'refused', why }
  const milliseconds = retryAfterMilliseconds(headers, now)
  return { is: 'again', why, ...(milliseconds !== undefined && { milliseconds }) }
}
