import type { OutgoingFault } from '../../../base/outgoing/no-answer-reasons.ts'
import { statusReason } from '../../../base/outgoing/no-answer-reasons.ts'
import { NoAnswer } from '../../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../../base/outgoing/outgoing-by-address.ts'
import type { Parts } from '../../../base/parts.ts'
import { retryAfterMilliseconds } from '../../../base/retry-after.ts'
import { signWebhook } from '../../../base/signing/standard-webhooks.ts'
import { inSpanOrTrace } from '../../../base/tracing/in-span.ts'
import type { CallbackMessage } from './callback-seal.ts'

/** Why a message has not arrived. */
export interface Failed {
  /** In words. */
  readonly reason: string
  /** The origin that was asked. */
  readonly to?: string
  readonly status?: number
  readonly fault?: OutgoingFault
  /** For how many milliseconds the receiver wants to be left alone. */
  readonly retryAfter?: number | undefined
}

/** An answer is waited for so long. */
export const answerMilliseconds = 15_000

/** The receiver takes no more of it, ever (RFC 9110 §15.5.11). */
const goneStatus = 410

export const isGone = ({ status }: Failed): boolean => status === goneStatus

/** Posts a message once. @returns why it has not arrived; `undefined` when it has. */
export type PostCallback = (
  id: string,
  message: CallbackMessage,
  signal: AbortSignal,
) => Promise<Failed | undefined>

export function createPostCallback({
  clock,
  outgoing,
  tracer,
}: Pick<Parts, 'clock' | 'tracer'> & {
  readonly outgoing: OutgoingByAddress
}): PostCallback {
  const post: PostCallback = async (id, message, signal) => {
    const body = Buffer.from(message.body)
    const send = outgoing[message.privateAddresses]
    const secrets = message.signingSecret === undefined ? [] : [message.signingSecret]
    const url = new URL(message.url)
    try {
      const { status, headers } = await send({
        method: 'POST',
        url,
        body,
        timeoutMilliseconds: answerMilliseconds,
        maxBytes: 64 * 1024,
        headers: {
          'content-type': message.contentType,
          ...(secrets.length > 0 && signWebhook({ id, sentAt: clock.now(), body, secrets })),
        },
        signal,
      })
      if (status >= 200 && status < 300) return undefined
      const retryAfter = retryAfterMilliseconds(headers, clock.now())
      const failed = { to: url.origin, status, reason: `the receiver ${statusReason(status)}` }
      if (isGone(failed)) return { ...failed, reason: `${failed.reason}, so nothing more is sent to it` }
      return { ...failed, retryAfter }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return { to: url.origin, fault: error.fault, reason: `the receiver: ${error.reason}` }
    }
  }
  return (...message) =>
    inSpanOrTrace(tracer, 'send callback', { kind: 'client' }, async (span) => {
      const failed = await post(...message)
      if (failed) span.failed(failed.fault ?? 'refused')
      return failed
    })
}
