import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Stop } from '../../base/clock.ts'
import { createLanes, type Lane } from '../../base/lanes.ts'
import type { Parts } from '../../base/parts.ts'
import { attemptText, type DeliveryAttempt, isDelivered, isGone } from './attempt.ts'
import type { Messages, Receiver, WebhookMessage } from './messages.ts'
import { retryMilliseconds } from './retry-times.ts'
import { attemptMilliseconds, type SendWebhook } from './send-webhook.ts'

/** Delivers what is in the outbox: at once what this process has put there, and everything else when it is due. */
export interface Deliveries {
  /** Until when a message that is written at this moment is held for this process; in the past: it has no room. */
  heldUntil(receiver: Receiver): number
  /** Sends a message that was written and held. */
  take(message: WebhookMessage): void
  start(): void
  /** Lets what is being sent come to its end, for a few seconds; gives the rest back. */
  close(): Promise<void>
}

/** How long a message is another's when its process is killed. Longer than one try, and its waiting for a turn. */
const holdMilliseconds = 45_000
const neededMilliseconds = attemptMilliseconds + 5_000
/** What was written by others, retries, and what a killed process has left are looked for so often. */
const lookMilliseconds = 1000
const closingMilliseconds = 5_000
/** Taken from the store at a time. */
const maxHeld = 128
const maxQuiet = 10_000

export function createDeliveries({
  clock,
  random,
  log,
  messages,
  send,
}: Pick<Parts, 'clock' | 'random' | 'log'> & {
  readonly messages: Messages
  readonly send: SendWebhook
}): Deliveries {
  const lanes = createLanes<WebhookMessage>({ clock, roomAgain: sendNext })
  /** Receivers that want to be left alone for a while, and until when. */
  const quietUntil = createBoundedCache<string, number>(maxQuiet)
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  let looking: Promise<void> | undefined
  let stop: Stop | undefined
  let closing = false

  function keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => log.error({ err: error }, 'a webhook’s delivery result could not be stored'))
      .finally(() => underWay.delete(kept))
    underWay.add(kept)
  }

  function sendNext(): void {
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, message] = next
      const now = clock.now()
      if (closing) keep(messages.release([message], now))
      else if (now >= message.keptUntil || message.body === undefined) keep(giveUp(message, now))
      else if (now < (quietUntil.get(lane.receiver) ?? 0)) keep(leaveAlone(lane, message))
      else if (message.heldUntil - now < neededMilliseconds) continue
      else keep(deliver(lane, message, message.body))
    }
  }

  async function deliver(lane: Lane<WebhookMessage>, message: WebhookMessage, body: Buffer): Promise<void> {
    const { id, accountId, configurationId } = message
    const turn = lanes.begin(lane)
    const attempt = await send({ id, accountId, configurationId, body }, stopping.signal)
    turn.end(isDelivered(attempt))
    const written = conclude(message, attempt)
    sendNext()
    if (lanes.wantsMore(lane)) keep(refill(lane))
    await written
  }

  /** It is due when its receiver wants to hear again. */
  const leaveAlone = ({ receiver }: Lane<WebhookMessage>, message: WebhookMessage): Promise<void> =>
    messages.release([message], Math.min(quietUntil.get(receiver) ?? 0, message.keptUntil))

  async function conclude(message: WebhookMessage, attempt: DeliveryAttempt): Promise<void> {
    const now = clock.now()
    const names = { webhookId: message.id, sessionGuid: message.sessionGuid, to: attempt.to }
    if (isDelivered(attempt)) {
      await messages.settle(message, [attempt], 'delivered', now)
      log.info({ ...names, milliseconds: attempt.milliseconds }, 'a webhook was delivered')
      return
    }
    if (attempt.fault === 'aborted') return messages.release([message], now)
    const { status, fault, retryAfter = 0 } = attempt
    const { accountId, configurationId } = message
    const where = { ...names, accountId, configurationId, status, fault }
    if (isGone(attempt)) {
      await messages.settle(message, [attempt], 'gone', now)
      log.error(where, `a webhook was abandoned after its last attempt: ${attemptText(attempt)}`)
      return
    }
    if (retryAfter > 0) quietUntil.set(laneOf(message), now + retryAfter)
    const wait = Math.max(retryMilliseconds(message.attempts.length + 1, random), retryAfter)
    const dueAt = Math.min(now + wait, message.keptUntil)
    log.warn(
      { ...where, againAt: new Date(dueAt).toISOString() },
      `a webhook was not delivered: ${attemptText(attempt)}`,
    )
    await messages.postpone(message, attempt, dueAt)
  }

  async function giveUp(message: WebhookMessage, now: number): Promise<void> {
    const { id, sessionGuid, body, attempts } = message
    const last: readonly DeliveryAttempt[] = body ? [] : [{ at: now, milliseconds: 0, fault: 'data-removed' }]
    await messages.settle(message, last, 'given-up', now)
    log.error(
      { webhookId: id, sessionGuid, attempts: attempts.length },
      'a webhook was abandoned after its last attempt',
    )
  }

  /** Takes more of what is due for a receiver, as much as there is room for. */
  async function refill(lane: Lane<WebhookMessage>): Promise<void> {
    const now = clock.now()
    await lanes.filling(lane, async (room) => {
      const most = Math.min(room, maxHeld)
      const items = await messages.hold(receiverOf(lane), now, now + holdMilliseconds, most)
      return { items, mayBeMore: items.length === most }
    })
    sendNext()
  }

  async function look(): Promise<void> {
    let after: Receiver = { accountId: -1, configurationId: -1 }
    while (!closing) {
      const found = await messages.nextReceiver(after)
      if (!found) return
      after = found
      if (found.dueAt <= clock.now()) await refill(lanes.of(laneOf(found)))
    }
  }

  function lookOnce(): void {
    looking ??= look()
      .catch((error: unknown) => log.error({ err: error }, 'due webhooks could not be read'))
      .finally(() => {
        looking = undefined
      })
  }

  return {
    heldUntil(receiver) {
      const now = clock.now()
      return !closing && lanes.hasRoom(lanes.of(laneOf(receiver))) ? now + holdMilliseconds : now
    },
    take(message) {
      const lane = lanes.of(laneOf(message))
      if (message.heldUntil <= clock.now()) lanes.overflow(lane)
      else lanes.put(lane, [message])
      sendNext()
    },
    start() {
      stop ??= clock.every(lookMilliseconds, lookOnce)
      lookOnce()
    },
    async close() {
      closing = true
      stop?.()
      await looking
      const abort = clock.after(closingMilliseconds, () => stopping.abort())
      const left = lanes.empty()
      if (left.length > 0) keep(messages.release(left, clock.now()))
      while (underWay.size > 0) await Promise.all(underWay)
      abort()
    },
  }
}

const laneOf = ({ accountId, configurationId }: Receiver): string => `${accountId}/${configurationId}`

function receiverOf({ receiver }: Lane<WebhookMessage>): Receiver {
  const [accountId = 0, configurationId = 0] = receiver.split('/').map(Number)
  return { accountId, configurationId }
}
