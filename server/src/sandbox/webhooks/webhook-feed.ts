import { NoAnswer } from '../../base/outgoing/outgoing.ts'

/** A webhook that goes out, byte by byte as its receiver gets it. */
export interface FedWebhook {
  /** Of this try; the message itself has a `webhook-id`. */
  readonly delivery: string
  /** Where the account configuration sends it to; null where only those hear of it who listen. */
  readonly to: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What became of it. */
export interface FedAnswer {
  readonly delivery: string
  readonly status?: number
  readonly fault?: string
}

export type FedEvent =
  | { readonly event: 'webhook'; readonly data: FedWebhook }
  | { readonly event: 'answer'; readonly data: FedAnswer }
  | { readonly event: 'reset'; readonly data: object }

/** Somebody who listens. */
export interface Listener {
  /** `own`: answers for the receiver, where the account configuration has none. */
  readonly answers: 'own' | 'none'
  readonly send: (event: FedEvent) => void
  /** Nothing more will come. */
  readonly end: () => void
}

/** Where the webhooks of a sandbox can be heard as they go out. It lasts when everything else begins again. */
export interface WebhookFeed {
  isListened(): boolean
  /** @returns what ends it; `undefined` where too many listen. */
  listen(listener: Listener): (() => void) | undefined
  tell(event: FedEvent): void
  /**
   * Hands a webhook to those who listen, and waits for the one who answers for its receiver.
   *
   * @throws {NoAnswer} when nobody listens any longer, or nobody has answered in time.
   */
  deliver(webhook: FedWebhook, signal: AbortSignal): Promise<number>
  /** @returns whether somebody waits for it. */
  answered(delivery: string, status: number): boolean
  close(): void
}

const maxListeners = 20

export function createWebhookFeed(): WebhookFeed {
  const listeners = new Set<Listener>()
  const waiting = new Map<string, (status: number) => void>()
  const answering = () => [...listeners].some(({ answers }) => answers === 'own')

  function tell(event: FedEvent): void {
    for (const { send } of [...listeners]) send(event)
  }

  return {
    isListened: () => listeners.size > 0,
    listen(listener) {
      if (listeners.size >= maxListeners) return undefined
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell,
    async deliver(webhook, signal) {
      if (listeners.size === 0) throw new NoAnswer('no-connection', false, 'nobody is listening')
      if (signal.aborted) throw new NoAnswer('timeout', false)
      const answered = Promise.withResolvers<number>()
      const giveUp = () => answered.reject(new NoAnswer('timeout', true))
      signal.addEventListener('abort', giveUp, { once: true })
      waiting.set(webhook.delivery, answered.resolve)
      tell({ event: 'webhook', data: webhook })
      if (!answering()) answered.resolve(200)
      try {
        return await answered.promise
      } finally {
        waiting.delete(webhook.delivery)
        signal.removeEventListener('abort', giveUp)
      }
    },
    answered(delivery, status) {
      const answer = waiting.get(delivery)
      answer?.(status)
      return answer !== undefined
    },
    close() {
      for (const { end } of [...listeners]) end()
    },
  }
}
