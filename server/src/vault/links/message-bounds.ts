import { createHmac } from 'node:crypto'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import { sql } from 'kysely'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import { prepareDeleteDue, startRemoval } from '../../store/removal.ts'
import type { Connection, Store } from '../../store/store.ts'
import { countedAddress } from './link-address.ts'

/** How many messages may be sent, and where text messages may go. */
export interface MessageLimits {
  /** To one address, by one account. */
  readonly perAddress: { readonly hour: number; readonly day: number }
  /** By one account in a day. */
  readonly perAccountDay: Readonly<Record<LinkChannel, number>>
  readonly smsTo: SmsDestinations
}

/** Beginnings of telephone numbers, such as `+44`. */
export interface SmsDestinations {
  /** Empty: every country. */
  readonly allowed: readonly string[]
  /** Premium ranges, for example. */
  readonly refused: readonly string[]
}

/** A message that somebody wants to be sent. */
interface Wanted {
  /** The account's number. */
  readonly tenant: number
  readonly channel: LinkChannel
  /** As {@link readAddress} reads it. */
  readonly address: string
}

export interface MessageBounds {
  /** Whether messages go to where an address is. */
  reaches(wanted: Pick<Wanted, 'channel' | 'address'>): boolean
  /**
   * Counts a message before it is sent, durably; one that may not be sent is not counted. All that goes out passes here
   * once; what is tried again after a failure of ours is no new message.
   *
   * @throws {Problem} `quota-exceeded`, which names the bound and says when to come again; `invalid-request` for a
   *   number that text messages are not sent to.
   */
  take(wanted: Wanted): Promise<void>
  close(): Promise<void>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Messages are counted by five minutes: a bound's hour is never shorter than an hour, and at most so much longer. */
const stepMilliseconds = 5 * minute

/** A bound, and the counters that it looks at: under the key that counts, and under former ones. */
interface Bound {
  readonly name: 'address-hour' | 'address-day' | 'account-day'
  readonly counters: readonly [Buffer, ...Buffer[]]
  readonly within: number
  readonly max: number
  readonly detail: string
}

/** Bounds the messages with links, against mail bombing and toll fraud. Of an address nothing but an HMAC is kept. */
export function createMessageBounds({
  store,
  sealer,
  clock,
  log,
  limits,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'> & {
  readonly limits: MessageLimits
}): MessageBounds {
  const statements = prepareStatements(store)
  const keys = sealer.derivations('message counter')

  function countersOf(what: string): Bound['counters'] {
    const [first, ...former] = keys
    const by = (key: Buffer) => createHmac('sha256', key).update(what).digest()
    return [by(first), ...former.map(by)]
  }

  function boundsOf({ tenant, channel, address }: Wanted): readonly Bound[] {
    const { perAddress, perAccountDay } = limits
    const ofAddress = countersOf(`${tenant} ${channel} ${countedAddress(channel, address)}`)
    const messages = channel === 'sms' ? 'text messages' : 'e-mails'
    return [
      {
        name: 'address-hour',
        counters: ofAddress,
        within: hour,
        max: perAddress.hour,
        detail: `Too many messages: at most ${perAddress.hour} per hour may be sent to one address.`,
      },
      {
        name: 'address-day',
        counters: ofAddress,
        within: day,
        max: perAddress.day,
        detail: `Too many messages: at most ${perAddress.day} per day may be sent to one address.`,
      },
      {
        ...{ name: 'account-day', counters: countersOf(`${tenant} ${channel}`), within: day },
        max: perAccountDay[channel],
        detail: `Too many messages: at most ${perAccountDay[channel]} ${messages} per day may be sent for one account.`,
      },
    ]
  }

  /** When a bound lets one more message through, in milliseconds since the epoch; `undefined` when it does now. */
  async function fullUntil(tx: Connection, { counters, within, max }: Bound, now: number) {
    const after = now - within - stepMilliseconds
    const rows = []
    for (const counter of counters) rows.push(...(await statements.since.all(tx, { counter, after })))
    let left = rows.reduce((sum, { messages }) => sum + messages, 0)
    if (left < max) return undefined
    for (const { began_at, messages } of rows.sort((one, other) => one.began_at - other.began_at)) {
      left -= messages
      if (left < max) return began_at + stepMilliseconds + within
    }
    return now + within
  }

  function reaches({ channel, address }: Pick<Wanted, 'channel' | 'address'>): boolean {
    if (channel !== 'sms') return true
    const { allowed, refused } = limits.smsTo
    const begins = (prefix: string) => address.startsWith(prefix)
    return !refused.some(begins) && (allowed.length === 0 || allowed.some(begins))
  }

  const removal = startRemoval({
    store,
    clock,
    log,
    everyMilliseconds: hour,
    batches: {
      counts: (tx, { now, batchRows }) =>
        statements.remove.run(tx, { until: now - day - 2 * stepMilliseconds, batchRows }),
    },
    failed: 'old counts of messages could not be removed',
  })
  return {
    reaches,
    async take(wanted) {
      if (!reaches(wanted)) throw notSentThere()
      const bounds = boundsOf(wanted)
      const refused = await store.write(async (tx) => {
        const now = clock.now()
        for (const bound of bounds) {
          const until = await fullUntil(tx, bound, now)
          if (until !== undefined) return { bound, seconds: Math.ceil((until - now) / 1000) }
        }
        const began_at = now - (now % stepMilliseconds)
        const counters = new Set(bounds.map(({ counters: [current] }) => current))
        for (const counter of counters) await statements.count.run(tx, { counter, began_at })
        return undefined
      })
      if (!refused) return
      const { bound, seconds } = refused
      const { tenant, channel } = wanted
      log.warn({ tenant, channel, bound: bound.name }, 'a message was refused: too many were sent')
      throw new Problem('quota-exceeded', bound.detail, {
        members: { bound: bound.name },
        headers: { 'retry-after': String(seconds) },
      })
    },
    close: removal.close,
  }
}

const notSentThere = () =>
  new Problem(
    'invalid-request',
    'The request is not valid: /to is a number that this server does not send text messages to.',
    {
      errors: [{ path: '/to', message: 'is a number that this server does not send text messages to' }],
    },
  )

function prepareStatements(store: Store) {
  return {
    since: store.prepare((db, p: { counter: Uint8Array; after: number }) =>
      db
        .selectFrom('message_count')
        .select(['began_at', 'messages'])
        .where('counter', '=', p.counter)
        .where('began_at', '>', p.after),
    ),
    count: store.prepare((db, p: { counter: Uint8Array; began_at: number }) =>
      db
        .insertInto('message_count')
        .values({ counter: p.counter, began_at: p.began_at, messages: sql.lit(1) })
        .onConflict((conflict) =>
          conflict
            .columns(['counter', 'began_at'])
            .doUpdateSet({ messages: sql<number>`message_count.messages + 1` }),
        ),
    ),
    remove: prepareDeleteDue(store, {
      from: 'message_count',
      key: ['counter', 'began_at'],
      due: 'began_at',
    }),
  }
}
