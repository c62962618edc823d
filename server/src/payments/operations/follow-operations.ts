import { Problem } from '../../base/problem.ts'
import { repeatedly } from '../../base/repeatedly.ts'
import type { Actor } from '../../base/request-scope.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { PaymentOperation } from '../../vault/model/payment-summary.ts'
import type { Provider } from '../provider.ts'
import { idempotencyMilliseconds } from '../retention.ts'
import type { OperationRows } from './operation-rows.ts'

const roundMilliseconds = 1_000
/** Asked for at once. */
const maxTaken = 50
/** So long one that was taken is nobody else's: longer than a gateway is waited for. */
const holdMilliseconds = 120_000
const minPause = 30_000
const maxPause = 3_600_000
/** So long a gateway is asked. */
const maxTry = 3 * 24 * 3_600_000

/**
 * Asks again for operations whose gateways had not answered their programs, and for those whose process has died, until it
 * is known what came of each: every 30 seconds at first and every hour at last, for three days.
 */
export function createFollowOperations({
  store,
  clock,
  log,
  provider,
  rows,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly provider: Pick<Provider, 'orderPayment'>
  readonly rows: OperationRows
}) {
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()

  async function look(taken: Taken): Promise<void> {
    const { guid, session_guid: sessionGuid, kind, due_at: takenUntil } = taken
    const status = await ask(taken)
    const until = nextLook(status, taken.requested_at, clock.now())
    await store.write((tx) =>
      until === undefined
        ? rows.removeTaken.run(tx, { guid, takenUntil })
        : rows.postpone.run(tx, { guid, takenUntil, until }),
    )
    if (status === 'pending' && until === undefined)
      log.error({ sessionGuid, kind }, 'a gateway never answered for a payment: check it at the gateway')
    else if (status !== 'pending' && until !== undefined)
      log.info({ sessionGuid, kind, status }, 'the outcome of an operation on a payment became known')
  }

  async function ask({ guid, provider_session_guid, kind, requested_by }: Taken): Promise<Status> {
    try {
      const by = JSON.parse(requested_by) as Actor
      const order = { kind, name: guid, repeat: 'retry' } as const
      return (await provider.orderPayment(provider_session_guid, order, by)).operation.status
    } catch (error) {
      if (error instanceof Problem) return error.status < 500 ? 'never-begun' : 'pending'
      throw error
    }
  }

  async function round(): Promise<void> {
    const now = clock.now()
    const most = maxTaken - underWay.size
    if (most <= 0 || !(await rows.firstDue.first(store.reader, { now }))) return
    const taken = await store.write((tx) => rows.take.all(tx, { now, until: now + holdMilliseconds, most }))
    for (const each of taken) {
      const looking = look(each)
        .catch((error) =>
          log.warn({ err: error, sessionGuid: each.session_guid }, 'an operation could not be followed'),
        )
        .finally(() => underWay.delete(looking))
      underWay.add(looking)
    }
  }

  return {
    start: () =>
      repeatedly({
        clock,
        milliseconds: roundMilliseconds,
        over: closing.signal,
        work: round,
        failed: (error) => log.warn({ err: error }, 'operations that are under way could not be read'),
      }),
    /** Resolves when none is being asked for. */
    async close(): Promise<void> {
      closing.abort()
      await Promise.all(underWay)
    },
  }
}

/**
 * When it is looked at again; `undefined` where it is over. What has come to its end is still known by its name for as long as
 * an `Idempotency-Key` may stand for it: the same request does not begin another one.
 */
function nextLook(status: Status, requestedAt: number, now: number): number | undefined {
  const since = now - requestedAt
  if (status === 'never-begun') return undefined
  if (status === 'pending')
    return since > maxTry ? undefined : now + Math.min(Math.max(since, minPause), maxPause)
  return since >= idempotencyMilliseconds ? undefined : requestedAt + idempotencyMilliseconds
}

type Status = PaymentOperation['status'] | 'never-begun'

type Taken = Awaited<ReturnType<OperationRows['take']['all']>>[number]
