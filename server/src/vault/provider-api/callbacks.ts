import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid, NewGuid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import { NoAnswer, type Outgoing } from '../../base/outgoing.ts'
import type { Random } from '../../base/random.ts'
import type { Sealer } from '../../base/seal.ts'
import { signWebhook } from '../../base/standard-webhooks.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { ProviderCallbackTable } from '../../store/tables.ts'
import type { CallbackBody } from './callback-message.ts'
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
const mostAtOnce = 64
const answerMilliseconds = 15_000

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
 * that has not arrived.
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
  const { insert, replaceOlder, due, nextAfter, putOff, remove, giveUp, removeGivenUp } =
    prepareStatements(store)
  const underWay = new Map<string, Promise<void>>()
  const closing = new AbortController()
  let stopTimer: Stop = () => {}
  let looking: Promise<void> | undefined
  let lookAgain = false

  /** Looks what is due, begins it, and comes again when more is. */
  function wake(): void {
    if (closing.signal.aborted) return
    lookAgain = true
    looking ??= lookWhileAsked().finally(() => {
      looking = undefined
      if (lookAgain) wake()
    })
  }

  async function lookWhileAsked(): Promise<void> {
    try {
      while (lookAgain && !closing.signal.aborted) {
        lookAgain = false
        await beginDue()
      }
    } catch (error) {
      log.error({ err: error }, 'callbacks could not be looked for; it is tried again')
      wakeIn(firstPause)
    }
  }

  async function beginDue(): Promise<void> {
    const now = clock.now()
    for (const row of await due.all(store.reader, { now, most: 2 * mostAtOnce })) {
      if (underWay.size >= mostAtOnce || underWay.has(row.session_guid)) continue
      underWay.set(row.session_guid, deliver(row))
    }
    const next = await nextAfter.first(store.reader, { now })
    if (next) wakeIn(next.next_attempt_at - clock.now())
  }

  function wakeIn(milliseconds: number): void {
    stopTimer()
    if (!closing.signal.aborted) stopTimer = clock.after(Math.max(0, milliseconds), wake)
  }

  async function deliver(row: ProviderCallbackTable): Promise<void> {
    const said = { callback: row.id, capture: row.session_guid, attempts: row.attempts + 1 }
    try {
      const fault = await post(row).catch((error) => {
        log.error({ err: error, ...said }, 'a callback could not be made')
        return 'not-made'
      })
      if (closing.signal.aborted && fault) return
      await settle(row, fault, said)
      underWay.delete(row.session_guid)
      wake()
    } catch (error) {
      log.error({ err: error, ...said }, 'what became of a callback could not be kept; it is sent again')
      clock.after(firstPause, () => {
        underWay.delete(row.session_guid)
        wake()
      })
    }
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

  return {
    /** Puts a message of a session, in the transaction that writes what it tells of. {@link wake} sends it. */
    async put(tx: Connection, sessionGuid: Guid, message: CallbackMessage): Promise<void> {
      const id = newGuid()
      const sealed = sealer.seal(messageOf(id), Buffer.from(JSON.stringify(message)))
      await replaceOlder.run(tx, { sessionGuid })
      await insert.run(tx, { id, sessionGuid, sealed, now: clock.now() })
    },
    /** Whoever is to be told knows it already: by asking. @param which those that are tried no more, or any. */
    withdraw: (sessionGuid: Guid, which: 'given up' | 'any') =>
      store.write((tx) => (which === 'any' ? replaceOlder : removeGivenUp).run(tx, { sessionGuid })),
    wake,
    /** Begins nothing more; what is under way and gets no answer is sent again by the next process. */
    async close(): Promise<void> {
      closing.abort()
      stopTimer()
      await looking
      await Promise.all(underWay.values())
    },
  }
}

/** Doubles, up to half an hour, and is spread by a half to either side. */
function pauseAfter(attempts: number, random: Random): number {
  const pause = Math.min(longestPause, firstPause * 2 ** Math.min(attempts, 20))
  return Math.round(pause * (0.5 + random(4).readUInt32BE() / 2 ** 32))
}

function prepareStatements(store: Store) {
  return {
    insert: store.prepare((db, p: { id: string; sessionGuid: string; sealed: Uint8Array; now: number }) =>
      db.insertInto('provider_callback').values({
        id: p.id,
        session_guid: p.sessionGuid,
        sealed_message: p.sealed,
        attempts: 0,
        next_attempt_at: p.now,
        created_at: p.now,
        given_up_at: null,
      }),
    ),
    giveUp: store.prepare((db, p: { id: string; now: number }) =>
      db.updateTable('provider_callback').set({ given_up_at: p.now }).where('id', '=', p.id),
    ),
    removeGivenUp: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .deleteFrom('provider_callback')
        .where('session_guid', '=', p.sessionGuid)
        .where('given_up_at', 'is not', null),
    ),
    replaceOlder: store.prepare((db, p: { sessionGuid: string }) =>
      db.deleteFrom('provider_callback').where('session_guid', '=', p.sessionGuid),
    ),
    due: store.prepare((db, p: { now: number; most: number }) =>
      db
        .selectFrom('provider_callback')
        .selectAll()
        .where('next_attempt_at', '<=', p.now)
        .where('given_up_at', 'is', null)
        .orderBy('next_attempt_at')
        .limit(p.most),
    ),
    nextAfter: store.prepare((db, p: { now: number }) =>
      db
        .selectFrom('provider_callback')
        .select('next_attempt_at')
        .where('next_attempt_at', '>', p.now)
        .where('given_up_at', 'is', null)
        .orderBy('next_attempt_at')
        .limit(1),
    ),
    putOff: store.prepare((db, p: { id: string; next: number }) =>
      db
        .updateTable('provider_callback')
        .set((row) => ({ next_attempt_at: p.next, attempts: row('attempts', '+', 1) }))
        .where('id', '=', p.id),
    ),
    remove: store.prepare((db, p: { id: string }) =>
      db.deleteFrom('provider_callback').where('id', '=', p.id),
    ),
  }
}
