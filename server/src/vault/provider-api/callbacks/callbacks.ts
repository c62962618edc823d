import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Stop } from '../../../base/clock.ts'
import type { Guid } from '../../../base/guid.ts'
import { createLanes, type Lane } from '../../../base/lanes.ts'
import type { OutgoingFault } from '../../../base/outgoing/no-answer-reasons.ts'
import { statusReason } from '../../../base/outgoing/no-answer-reasons.ts'
import { NoAnswer } from '../../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../../base/outgoing/outgoing-by-address.ts'
import type { Random } from '../../../base/random.ts'
import { retryAfterMilliseconds } from '../../../base/retry-after.ts'
import { signWebhook } from '../../../base/signing/standard-webhooks.ts'
import type { StoreParts } from '../../../store/parts.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { Connection } from '../../../store/store.ts'
import type { ProviderCallbackTable } from '../../../store/tables.ts'
import type { ChosenCallback } from '../provider-session.ts'
import type { CallbackBody } from './callback-message.ts'
import { prepareCallbackRows } from './callback-rows.ts'

/** What is to be posted, and where. */
export type CallbackMessage = CallbackBody &
  Pick<ChosenCallback, 'url' | 'privateAddresses' | 'signingSecret'> & {
    /** The number of the session's item that it tells of; 0 where it tells of the whole. */
    readonly item: number
  }

export type Callbacks = ReturnType<typeof createCallbacks>

const firstPause = 5_000
const maxPause = 30 * 60_000
/** A callback is given up so long after it was put. */
const maxMilliseconds = 12 * 3_600_000
const answerMilliseconds = 15_000
/** What is to be sent again, and what the process before this one left, is looked for so often. */
const lookMilliseconds = 1_000
/** Taken from the store at a time. */
const maxTaken = 128
const maxQuiet = 10_000
/** The receiver takes no more of it, ever (RFC 9110 §15.5.11). */
const goneStatus = 410

const messageOf = (id: string) => `provider callback ${id}`

/** What callbacks that wait are sealed as. */
export const sealedCallbacks = sealedColumn({
  what: 'callbacks',
  table: 'provider_callback',
  column: 'sealed_message',
  key: ['id'],
  purposes: ({ id }) => [messageOf(String(id))],
})

/**
 * Tells servers what became of sessions, at least once: a message stays in its row until a 2xx comes back, for twelve
 * hours, with growing pauses, and then waits for somebody to look at it; a receiver that answers 410 ends that at once.
 * Of one session, or of one of its items, a message is under way at a time, and a newer one takes the place of one that has
 * not arrived. Receivers take turns, so that one that does not answer holds up nobody else's; and one that says when to
 * come again is left alone until then.
 */
export function createCallbacks({
  store,
  sealer,
  newGuid,
  clock,
  random,
  log,
  outgoing,
}: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock' | 'random' | 'log'> & {
  readonly outgoing: OutgoingByAddress
}) {
  const rows = prepareCallbackRows(store)
  /** By the subjects whose newest message is to be sent. */
  const lanes = createLanes<string>({ clock, roomAgain: sendNext })
  /** Receivers that want to be left alone for a while, and until when. */
  const quietUntil = createBoundedCache<string, number>(maxQuiet)
  /** Subjects that wait for their turn in this process, or have it. */
  const held = new Set<string>()
  /** Those of them that have something to say since. */
  const again = new Set<string>()
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()
  let stopLooking: Stop = () => {}
  let looking: Promise<void> | undefined

  function take(receiver: string, subject: string): void {
    if (closing.signal.aborted) return
    if (held.has(subject)) {
      again.add(subject)
      return
    }
    const lane = lanes.of(receiver)
    if (!lanes.hasRoom(lane)) {
      lanes.overflow(lane)
      return
    }
    held.add(subject)
    lanes.put(lane, [subject])
    sendNext()
  }

  function sendNext(): void {
    if (closing.signal.aborted) return
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, subject] = next
      const run = deliver(lane, subject).finally(() => underWay.delete(run))
      underWay.add(run)
    }
  }

  async function deliver(lane: Lane<string>, subject: string): Promise<void> {
    const turn = lanes.begin(lane)
    let came: 'delivered' | 'not-delivered' = 'not-delivered'
    try {
      const row = await rows.find.first(store.reader, sessionAndItem(subject))
      if (row && row.next_attempt_at <= clock.now()) came = await tellUnlessQuiet(lane.receiver, row)
      release(lane, subject)
    } catch (error) {
      log.error(
        { err: error, capture: sessionAndItem(subject).sessionGuid },
        'a callback’s delivery result could not be stored; it will be sent again',
      )
      clock.after(firstPause, () => release(lane, subject))
    }
    turn.end(came === 'delivered')
    sendNext()
    if (lanes.wantsMore(lane)) await refill(lane).catch(notRead)
  }

  function release({ receiver }: Lane<string>, subject: string): void {
    held.delete(subject)
    if (again.delete(subject)) take(receiver, subject)
  }

  async function tellUnlessQuiet(receiver: string, row: ProviderCallbackTable) {
    const until = quietUntil.get(receiver) ?? 0
    if (until <= clock.now()) return tell(receiver, row)
    await store.write((tx) => rows.leaveAlone.run(tx, { id: row.id, until }))
    return 'not-delivered'
  }

  /** Sends a message, and keeps what became of it. */
  async function tell(receiver: string, row: ProviderCallbackTable) {
    const said = { callback: row.id, capture: row.session_guid, attempts: row.attempts + 1 }
    const failed = await post(row).catch((error): Failed => {
      log.error({ err: error, ...said }, 'a callback could not be created')
      return { reason: 'it could not be created; see the previous line' }
    })
    if (failed?.retryAfter !== undefined) quietUntil.set(receiver, clock.now() + failed.retryAfter)
    if (closing.signal.aborted && failed) return 'not-delivered'
    await settle(row, failed, said)
    return failed ? 'not-delivered' : 'delivered'
  }

  /** Why it has not arrived; `undefined` when it has. */
  async function post({ id, sealed_message }: ProviderCallbackTable): Promise<Failed | undefined> {
    const message = JSON.parse(sealer.open(messageOf(id), sealed_message).toString()) as CallbackMessage
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
        signal: closing.signal,
      })
      if (status >= 200 && status < 300) return undefined
      const retryAfter = retryAfterMilliseconds(headers, clock.now())
      const failed = { to: url.origin, status, reason: `the receiver ${statusReason(status)}` }
      if (status === goneStatus)
        return { ...failed, reason: `${failed.reason}, so nothing more is sent to it` }
      return { ...failed, retryAfter }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return { to: url.origin, fault: error.fault, reason: `the receiver: ${error.reason}` }
    }
  }

  async function settle(row: ProviderCallbackTable, failed: Failed | undefined, said: object): Promise<void> {
    const { id } = row
    const now = clock.now()
    const givenUpAt = row.created_at + maxMilliseconds
    const isOver = !failed || failed.status === goneStatus || now >= givenUpAt
    const pause = Math.max(pauseAfter(row.attempts, random), failed?.retryAfter ?? 0)
    const next = Math.min(givenUpAt, now + pause)
    await store.write((tx) => {
      if (!failed) return rows.remove.run(tx, { id })
      return isOver ? rows.giveUp.run(tx, { id, now }) : rows.putOff.run(tx, { id, next })
    })
    if (!failed) {
      log.info(said, 'a callback was delivered')
      return
    }
    const { retryAfter: _, ...why } = failed
    if (isOver) {
      log.error(
        { ...said, ...why },
        `a callback was abandoned after its last attempt: ${failed.reason}; the session’s result can still be read`,
      )
    } else {
      const againAt = new Date(next).toISOString()
      log.warn(
        { ...said, ...why, againAt },
        `a callback was not delivered: ${failed.reason}; it will be sent again`,
      )
    }
  }

  /** Takes what is due for a receiver, as much as there is room for. */
  async function refill(lane: Lane<string>): Promise<void> {
    await lanes.filling(lane, async (room) => {
      const most = Math.min(room, maxTaken) + lane.queue.length + lane.running
      const found = await rows.due.all(store.reader, { receiver: lane.receiver, now: clock.now(), most })
      const items = found
        .map(({ session_guid, item }) => subjectOf(session_guid, item))
        .filter((subject) => !held.has(subject))
      for (const subject of items) held.add(subject)
      return { items, mayBeMore: found.length === most }
    })
    sendNext()
  }

  async function look(): Promise<void> {
    let after = ''
    while (!closing.signal.aborted) {
      const found = await rows.nextReceiver.first(store.reader, { after })
      if (!found) return
      after = found.receiver
      if (found.next_attempt_at <= clock.now()) await refill(lanes.of(after))
    }
  }

  function lookOnce(): void {
    looking ??= look()
      .catch(notRead)
      .finally(() => {
        looking = undefined
      })
  }

  const notRead = (error: unknown) => log.error({ err: error }, 'due callbacks could not be read')

  return {
    /**
     * Puts what is to be told of a tenant's session in the place of what has not arrived, in the transaction that writes
     * what it tells of.
     *
     * @returns sends it at once, when the transaction has been committed.
     */
    async put(tx: Connection, { tenant, sessionGuid, messages }: PutCallbacks): Promise<() => void> {
      await rows.replaceOlder.run(tx, { sessionGuid })
      const put = messages.map((message) => {
        const id = newGuid()
        const sealed = sealer.seal(messageOf(id), Buffer.from(JSON.stringify(message)))
        const receiver = `${tenant} ${new URL(message.url).origin}`
        return { id, sessionGuid, item: message.item, receiver, sealed, now: clock.now() }
      })
      for (const row of put) await rows.insert.run(tx, row)
      return () => {
        for (const { receiver, item } of put) take(receiver, subjectOf(sessionGuid, item))
      }
    },
    /** Sends what waits, and goes on doing so. */
    start(): void {
      stopLooking = clock.every(lookMilliseconds, lookOnce)
      lookOnce()
    },
    /** Whoever is to be told knows it already: by asking. @param which those that are tried no more, or any. */
    withdraw: (sessionGuid: Guid, which: 'given up' | 'any') =>
      store.write((tx) =>
        (which === 'any' ? rows.replaceOlder : rows.removeGivenUp).run(tx, { sessionGuid }),
      ),
    /** Begins nothing more; what is under way and gets no answer is sent again by the next process. */
    async close(): Promise<void> {
      closing.abort()
      stopLooking()
      lanes.empty()
      await looking
      await Promise.all(underWay)
    },
  }
}

interface PutCallbacks {
  readonly tenant: number
  readonly sessionGuid: Guid
  /** Each of another item. */
  readonly messages: readonly CallbackMessage[]
}

/** Why a message has not arrived. */
interface Failed {
  /** In words. */
  readonly reason: string
  /** The origin that was asked. */
  readonly to?: string
  readonly status?: number
  readonly fault?: OutgoingFault
  /** For how many milliseconds the receiver wants to be left alone. */
  readonly retryAfter?: number | undefined
}

/** What a message is about: one that is newer is sent in the place of one that is older. */
const subjectOf = (sessionGuid: string, item: number): string => `${sessionGuid} ${item}`

function sessionAndItem(subject: string): { readonly sessionGuid: string; readonly item: number } {
  const [sessionGuid = '', item] = subject.split(' ')
  return { sessionGuid, item: Number(item) }
}

/** Doubles, up to half an hour, and is spread by a half to either side. */
function pauseAfter(attempts: number, random: Random): number {
  const pause = Math.min(maxPause, firstPause * 2 ** Math.min(attempts, 20))
  return Math.round(pause * (0.5 + random(4).readUInt32BE() / 2 ** 32))
}
