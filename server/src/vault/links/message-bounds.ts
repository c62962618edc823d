import { prepareRecord } from '../../audit/record.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import { sessionInAudit } from '../model/session-in-audit.ts'
import { type Bound, createBoundsOf, type Wanted } from './bounds-of-message.ts'
import { createMessageCounts, stepMilliseconds } from './message-counts.ts'
import type { MessageLimits, SmsDestinations } from './message-limits.ts'

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

const hour = 3_600_000
const day = 24 * hour

/** Bounds the messages with links, against mail bombing and toll fraud. Of an address nothing but an HMAC is kept. */
export function createMessageBounds({
  store,
  sealer,
  clock,
  log,
  limits,
  ...parts
}: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log' | 'tracer'> & {
  readonly limits: MessageLimits
}): MessageBounds {
  const counts = createMessageCounts(store)
  const record = prepareRecord({ store, clock })
  const boundsOf = createBoundsOf({ sealer, limits })
  const reaches = (wanted: Pick<Wanted, 'channel' | 'address'>) => goesTo(limits.smsTo, wanted)

  /** The first bound that lets no more through, and for how many seconds; `undefined` where the message was counted. */
  const count = (bounds: readonly Bound[], { guid, tenant, channel }: Wanted) =>
    store.write(async (tx) => {
      const now = clock.now()
      await counts.add(tx, bounds, now)
      for (const bound of bounds) {
        if (!(await counts.isExceeded(tx, bound, now))) continue
        await counts.takeBack(tx, bounds, now)
        const until = (await counts.fullUntil(tx, bound, now)) ?? now
        return { bound, seconds: Math.ceil((until - now) / 1000) }
      }
      const details = { channel }
      await record(tx, { action: 'session.link.send', ...sessionInAudit(guid, tenant), details })
      return undefined
    })

  const removal = startRemoval({
    ...parts,
    store,
    clock,
    log,
    intervalMilliseconds: hour,
    batches: {
      counts: (tx, { now, batchRows }) =>
        counts.remove(tx, { until: now - day - 2 * stepMilliseconds, batchRows }),
    },
    failed: 'old counts of messages could not be removed',
  })
  return {
    reaches,
    async take(wanted) {
      if (!reaches(wanted)) throw notSentThere()
      const full = await count(boundsOf(wanted), wanted)
      if (!full) return
      const { bound, seconds } = full
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

function goesTo(
  { allowed, refused }: SmsDestinations,
  { channel, address }: Pick<Wanted, 'channel' | 'address'>,
): boolean {
  if (channel !== 'sms') return true
  const begins = (prefix: string) => address.startsWith(prefix)
  return !refused.some(begins) && (allowed.length === 0 || allowed.some(begins))
}

const notSentThere = () =>
  new Problem(
    'invalid-request',
    'The request is not valid: /to is a number that this server does not send text messages to.',
    {
      errors: [{ path: '/to', message: 'is a number that this server does not send text messages to' }],
    },
  )
