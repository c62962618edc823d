import { type Asking, reasonOf } from './asking.ts'
import type { HeardWebhook } from './heard-webhook.ts'

/** What the program on this machine answered. */
export interface Forwarded {
  readonly status?: number
  readonly fault?: string
  readonly milliseconds: number
}

/** Like the receiver of a real one. */
const answerMilliseconds = 15_000

/** Hands a webhook on as it is: with its headers, and byte by byte. A redirect is an answer, as for the real sender. */
export async function forwardWebhook(
  { fetch, signal, now }: Asking,
  target: URL,
  { headers, body }: HeardWebhook,
): Promise<Forwarded> {
  const startedAt = now()
  const timely = AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)])
  try {
    const answer = await fetch(target, { method: 'POST', headers, body, redirect: 'manual', signal: timely })
    await answer.body?.cancel()
    return { status: answer.status, milliseconds: now() - startedAt }
  } catch (error) {
    return { fault: reasonOf(error), milliseconds: now() - startedAt }
  }
}

/** The same for the operator. */
export const forwardedText = ({ status, fault, milliseconds }: Forwarded): string =>
  `→ ${status ?? `no answer: ${fault}`}, ${Math.round(milliseconds)} ms`
