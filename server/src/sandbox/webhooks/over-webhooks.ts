import { randomUUID } from 'node:crypto'
import { atWork } from '../../base/at-work.ts'
import { NoAnswer, type Outgoing, type OutgoingRequest } from '../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import type { Faults } from '../faults/faults.ts'
import type { FedWebhook, WebhookFeed } from './webhook-feed.ts'

/** Where webhooks go that nobody gets but those who listen; no such host can be. */
export const listenersUrl = 'http://listeners.invalid/'

/**
 * The way out of webhooks, overheard: those who listen get each as its receiver gets it, and what is armed for them is lost.
 *
 * @param leaving aborted when nobody is to wait any longer.
 */
export function overWebhooks(
  { refused, allowed }: OutgoingByAddress,
  {
    feed,
    faults,
    leaving,
  }: {
    readonly feed: WebhookFeed
    readonly faults: Faults
    readonly leaving: () => AbortSignal
  },
): OutgoingByAddress {
  const over =
    (send: Outgoing): Outgoing =>
    async (asked) => {
      const request = { ...asked, signal: AbortSignal.any([asked.signal ?? neverAborted, leaving()]) }
      if (request.headers['webhook-id'] === undefined) return send(request)
      const webhook = fedBy(request)
      try {
        const answer = await deliver(send, request, webhook)
        feed.tell({ event: 'answer', data: { delivery: webhook.delivery, status: answer.status } })
        return answer
      } catch (error) {
        const fault = error instanceof NoAnswer ? error.reason : 'an internal error occurred'
        feed.tell({ event: 'answer', data: { delivery: webhook.delivery, fault } })
        throw error
      }
    }

  async function deliver(send: Outgoing, request: OutgoingRequest, webhook: FedWebhook) {
    if (faults.take(['webhook-lost']))
      throw new NoAnswer('connection-lost', true, 'the sandbox was told to lose it')
    if (webhook.to === null) {
      // By the machine’s own time, as any receiver is waited for.
      const late = AbortSignal.timeout(request.timeoutMilliseconds)
      const signal = AbortSignal.any([late, request.signal ?? neverAborted])
      const status = await atWork(feed.deliver(webhook, signal))
      return { status, headers: {}, body: Buffer.alloc(0) }
    }
    feed.tell({ event: 'webhook', data: webhook })
    return send(request)
  }

  return { refused: over(refused), allowed: over(allowed) }
}

const neverAborted = new AbortController().signal

function fedBy({ url, headers, body = Buffer.alloc(0) }: OutgoingRequest): FedWebhook {
  // A receiver's access token is its own.
  const { authorization: _, ...shown } = headers
  return {
    delivery: randomUUID(),
    to: url.href === listenersUrl ? null : `${url.origin}${url.pathname}`,
    headers: shown,
    body: Buffer.from(body).toString(),
  }
}
