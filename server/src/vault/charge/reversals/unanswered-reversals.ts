import type { Guid } from '../../../base/guid.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { Reversal } from './reversal.ts'

/** A payment that is to be reversed, with what is under way of it: a void, or the refund that came after a refused one. */
export interface BegunReversal {
  readonly reversal: Reversal
  readonly kind: FollowUpKind
}

/** Those whose gateways have not answered, by the rows; one that nobody can ask for any more is left to the operator. */
export async function unansweredReversals({
  store,
  rows,
  log,
}: Pick<StoreParts, 'store' | 'log'> & { readonly rows: VaultRows }): Promise<readonly BegunReversal[]> {
  const unanswered = await rows.unansweredFollowUps.all(store.reader, {})
  return unanswered.flatMap((row) => {
    const guid = row.capture_guid as Guid
    const answer = answerIn(row.answer)
    if (!answer) {
      log.error(
        { capture: guid },
        'a payment was not reversed, because its gateway’s answer cannot be read: check it at the gateway',
      )
      return []
    }
    const reversal: Reversal = {
      guid,
      answer,
      tenant: row.tenant_id,
      gateway: row.gateway,
      idempotencyKey: row.attempt_key,
      order: { amountMinor: row.amount_minor, currency: row.currency },
      reason: row.reason,
    }
    return [{ reversal, kind: row.kind }]
  })
}

/** `undefined` where it is not what was written. */
function answerIn(json: string | null): Reversal['answer'] | undefined {
  try {
    return JSON.parse(json ?? '') as Reversal['answer']
  } catch {
    return undefined
  }
}
