import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Connection, Store } from '../store/store.ts'
import type { CaptureRows } from './capture-rows.ts'
import type { GatewayAnswer } from './gateway.ts'
import type { createUndoing, Undone } from './undo-payment.ts'
import { within } from './within.ts'

const longestWait = 10_000

/**
 * Lets go what was authorised in a session that has ended and was not captured, where its flow allows it. What the
 * session then has as its result is reported as any other. Harmless when it is asked again.
 *
 * @returns `nothing` where there is nothing to be let go, or the flow does not allow it; `refused` by the gateway;
 *   `not-known` when the gateway has not answered yet: it goes on being asked.
 */
export type LetGoAuthorised = (guid: Guid) => Promise<'voided' | 'refused' | 'not-known' | 'nothing'>

export function createLetGoAuthorised({
  store,
  rows,
  undoing,
  clock,
}: {
  readonly store: Store
  readonly rows: CaptureRows
  readonly undoing: ReturnType<typeof createUndoing>
  readonly clock: Clock
}): LetGoAuthorised {
  async function authorisedIn(tx: Connection, guid: Guid): Promise<Undone | undefined> {
    const row = await rows.answeredAttempt.first(tx, { guid })
    if (!row?.answer || row.cancel_afterwards !== 'void') return undefined
    const answer = JSON.parse(row.answer) as GatewayAnswer
    if (!('captured' in answer) || answer.captured) return undefined
    const earlier = await rows.followUps.all(tx, { attempt_key: row.idempotency_key })
    if (earlier.some(({ kind }) => kind === 'capture')) return undefined
    return {
      guid,
      tenant: row.tenant_id,
      gateway: row.gateway,
      idempotencyKey: row.idempotency_key,
      order: { amountMinor: row.amount_minor, currency: row.currency },
      answer,
      reason: 'cancelled',
    }
  }

  return async (guid) => {
    const undone = await store.write(async (tx) => {
      const authorised = await authorisedIn(tx, guid)
      if (authorised) await undoing.begin(tx, authorised)
      return authorised
    })
    if (!undone) return 'nothing'
    return (await within(undoing.finish(undone), longestWait, clock)) ?? 'not-known'
  }
}
