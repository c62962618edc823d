import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid, NewGuid } from '../../base/guid.ts'
import { createLanes, type Lane } from '../../base/lanes.ts'
import type { Log } from '../../base/log.ts'
import { NoAnswer, type Outgoing } from '../../base/outgoing.ts'
import type { Random } from '../../base/random.ts'
import type { Sealer } from '../../base/seal.ts'
import { signWebhook } from '../../base/standard-webhooks.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { ProviderCallbackTable } from '../../store/tables.ts'
import type { CallbackBody } from './callback-message.ts'
import { prepareCallbackRows } from './callback-rows.ts'
import type { ChosenCallback } from './provider-session.ts'

/** What is to be posted, and where. */
export type CallbackMessage = CallbackBody &
  Pick<ChosenCallback, 'url' | 'privateAddresses' | 'signingSecret'>

/** The ways out to servers that are not ours. */
export interface CallbackWays {
  /** Refuses private addresses. */
  readonly public: Outgoing
  readonly anywhere: Outgoing
}

export type Callbacks = ReturnType<typeof createCallbacks>

const firstPause = 5_000
const longestPause = 30 * 60_000
/** A callback is given up so long after it was put. */
const mostMilliseconds = 12 * 3_600_000
const answerMilliseconds = 15_000
/** What is to be sent again, and what the process before this one left, is looked for so often. */
const lookMilliseconds = 1_000
/** Taken from the store at a time. */
const maxTaken = 128

const messageOf = (id: string) => `provider callback ${id}`

/** What callbacks that wait are sealed as. */
export const sealedCallbacks = sealedColumn({
  ...{ what: 'callbacks', table: 'provider_callback', column: 'sealed_message' },
  key: ['id'],
  purposes: ({ id }) => [messageOf(String(id))],
})

/**
 * Tells servers what became of sessions, at least once: a message stays in its row until a 2xx comes back, for twelve
 * hours, with growing pauses, and then waits for somebody to look at it. Of one session a message is under way at a time, and a newer one takes the place of one
 * that has not arrived. Receivers take turns, so that one that does not answer holds up nobody else's.
 */
export function createCallbacks({
  store,
  sealer,
  newGuid,
  clock,
  random,
  log,
  ways,
}: {
  readonly store: Store
  readonly sealer: Sealer
  readonly newGuid: NewGuid
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly ways: CallbackWays
}) {
  const { insert, replaceOlder, nextReceiver, due, find, putOff, remove, giveUp, removeGivenUp } =
    prepareCallbackRows(store)
  /** By the sessions whose newest message is to be sent. */
  const lanes = createLanes<string>({ clock, roomAgain: sendNext })
  /** Sessions that wait for their turn in this process, or have it. */
  const held = new Set<string>()
  /** Those of them that have something to say since. */
  const again = new Set<string>()
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()
  let stopLooking: Stop = () => {}
  let looking: Promise<void> | undefined

  function take(receiver: string, sessionGuid: string): void {
    if (closing.signal.aborted) return
    if (held.has(sessionGuid)) {
      again.add(sessionGuid)
      return
    }
    const lane = lanes.of(receiver)
    if (!lanes.hasRoom(lane)) {
      lanes.overflow(lane)
      return
    }
    held.add(sessionGuid)
    lanes.put(lane, [sessionGuid])
    sendNext()
  }

  function sendNext(): void {
    if (closing.signal.aborted) return
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, sessionGuid] = next
      const run = deliver(lane, sessionGuid).finally(() => underWay.delete(run))
      underWay.add(run)
    }
  }

  async function deliver(lane: Lane<string>, sessionGuid: string): Promise<void> {
    const turn = lanes.begin(lane)
    let fault: string | undefined = 'not-sent'
    try {
      const row = await find.first(store.reader, { sessionGuid })
      if (row && row.next_attempt_at <= clock.now()) fault = await tell(row)
      release(lane, sessionGuid)
    } catch (error) {
      log.error(
        { err: error, capture: sessionGuid },
        'what became of a callback could not be kept; it is sent again',
      )
      clock.after(firstPause, () => release(lane, sessionGuid))
    }
    turn.end(fault === undefined)
    sendNext()
    if (lanes.wantsMore(lane)) await refill(lane).catch(notRead)
  }

  function release({ receiver }: Lane<string>, sessionGuid: string): void {
    held.delete(sessionGuid)
    if (again.delete(sessionGuid)) take(receiver, sessionGuid)
  }

  /** Sends a message, and keeps what became of it. @returns why it has not arrived; `undefined` when it has. */
  async function tell(row: ProviderCallbackTable): Promise<string | undefined> {
    const said = { callback: row.id, capture: row.session_guid, attempts: row.attempts + 1 }
    const fault = await post(row).catch((error) => {
      log.error({ err: error, ...said }, 'a callback could not be made')
      return 'not-made'
    })
    if (closing.signal.aborted && fault) return fault
    await settle(row, fault, said)
    return fault
  }

  /** Why it has not arrived; `undefined` when it has. */
  async function post({ id, sealed_message }: ProviderCallbackTable): Promise<string | undefined> {
    const message = JSON.parse(sealer.open(messageOf(id), sealed_message).toString()) as CallbackMessage
    const body = Buffer.from(message.body)
    const send = message.privateAddresses === 'allowed' ? ways.anywhere : ways.public
    const secrets = message.signingSecret === undefined ? [] : [message.signingSecret]
    try {
      const { status } = await send({
        method: 'POST',
        url: new URL(message.url),
        headers: {
          'content-type': message.contentType,
          ...(secrets.length > 0 && signWebhook({ id, sentAt: clock.now(), body, secrets })),
        },
        body,
        timeoutMilliseconds: answerMilliseconds,
        mostBytes: 64 * 1024,
        signal: closing.signal,
      })
      return status >= 200 && status < 300 ? undefined : `status ${status}`
    } catch (error) {
      if (error instanceof NoAnswer) return error.fault
      throw error
    }
  }

  async function settle(row: ProviderCallbackTable, fault: string | undefined, said: object): Promise<void> {
    const { id } = row
    const givenUpAt = row.created_at + mostMilliseconds
    const isOver = fault === undefined || clock.now() >= givenUpAt
    const next = Math.min(givenUpAt, clock.now() + pauseAfter(row.attempts, random))
    await store.write((tx) => {
      if (fault === undefined) return remove.run(tx, { id })
      return isOver ? giveUp.run(tx, { id, now: clock.now() }) : putOff.run(tx, { id, next })
    })
    if (fault === undefined) log.info(said, 'a callback was delivered')
    else if (isOver)
      log.error(
        { ...said, fault },
        'a callback was given up; its session keeps the result until it is asked for',
      )
    else log.warn({ ...said, fault }, 'a callback was not delivered; it is sent again')
  }

  /** Takes what is due for a receiver, as much as there is room for. */
  async function refill(lane: Lane<string>): Promise<void> {
    await lanes.filling(lane, async (room) => {
      const most = Math.min(room, maxTaken) + lane.queue.length + lane.running
      const rows = await due.all(store.reader, { receiver: lane.receiver, now: clock.now(), most })
      const items = rows.map((row) => row.session_guid).filter((guid) => !held.has(guid))
      for (const guid of items) held.add(guid)
      return { items, mayBeMore: rows.length === most }
    })
    sendNext()
  }

  async function look(): Promise<void> {
    let after = ''
    while (!closing.signal.aborted) {
      const found = await nextReceiver.first(store.reader, { after })
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

  const notRead = (error: unknown) => log.error({ err: error }, 'callbacks that are due could not be read')

  return {
    /**
     * Puts a message of a tenant's session, in the transaction that writes what it tells of.
     *
     * @returns sends it at once, when the transaction has been committed.
     */
    async put(tx: Connection, { tenant, sessionGuid, message }: PutCallback): Promise<() => void> {
      const id = newGuid()
      const sealed = sealer.seal(messageOf(id), Buffer.from(JSON.stringify(message)))
      const receiver = `${tenant} ${new URL(message.url).origin}`
      await replaceOlder.run(tx, { sessionGuid })
      await insert.run(tx, { id, sessionGuid, receiver, sealed, now: clock.now() })
      return () => take(receiver, sessionGuid)
    },
    /** Sends what waits, and goes on doing so. */
    start(): void {
      stopLooking = clock.every(lookMilliseconds, lookOnce)
      lookOnce()
    },
    /** Whoever is to be told knows it already: by asking. @param which those that are tried no more, or any. */
    withdraw: (sessionGuid: Guid, which: 'given up' | 'any') =>
      store.write((tx) => (which === 'any' ? replaceOlder : removeGivenUp).run(tx, { sessionGuid })),
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

interface PutCallback {
  readonly tenant: number
  readonly sessionGuid: Guid
  readonly message: CallbackMessage
}

/** Doubles, up to half an hour, and is spread by a half to either side. */
function pauseAfter(attempts: number, random: Random): number {
  const pause = Math.min(longestPause, firstPause * 2 ** Math.min(attempts, 20))
  return Math.round(pause * (0.5 + random(4).readUInt32BE() / 2 ** 32))
}
