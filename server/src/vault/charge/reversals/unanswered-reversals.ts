import type { StoreParts } from '../../../store/parts.ts'
import type { FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { maxTry } from './ask-until-answered.ts'
import type { Reversal } from './reversal.ts'
import type { ReversalHolds } from './reversal-holds.ts'

/** A payment that is to be reversed, with what is under way of it: a void, or the refund that came after a refused one. */
export interface BegunReversal {
  readonly reversal: Reversal
  readonly kind: FollowUpKind
}

/** Taken up in one round. */
const maxTaken = 100

/**
 * Finds those whose gateways have not answered and that nobody asks for, by the rows; one that nobody can ask for any more is
 * left to the operator, who is told once.
 */
export function createFindUnanswered({
  store,
  rows,
  clock,
  log,
  holds,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly holds: Pick<ReversalHolds, 'take'>
}) {
  const leftToOperator = new Set<string>()

  async function leaveToOperator(row: UnansweredFollowUp): Promise<void> {
    leftToOperator.add(row.attempt_key)
    if (!(await holds.take(`${row.attempt_key}-${row.kind}`))) return
    log.error(
      { capture: row.capture_guid },
      'a payment was not reversed, because its gateway’s answer cannot be read: check it at the gateway',
    )
  }

  /** @param isKnown of those, by the keys of their payments, that are under way here. @param known how many they are. */
  return async (isKnown: (key: string) => boolean, known: number): Promise<readonly BegunReversal[]> => {
    const found: BegunReversal[] = []
    const unanswered = await rows.unansweredFollowUps.all(store.reader, {
      node: store.nodeId,
      since: clock.now() - maxTry,
      most: maxTaken + known + leftToOperator.size,
    })
    for (const row of unanswered) {
      const { attempt_key: key, kind } = row
      if (isKnown(key) || leftToOperator.has(key)) continue
      const reversal = reversalIn(row)
      if (reversal) found.push({ reversal, kind })
      else await leaveToOperator(row)
    }
    return found
  }
}

type UnansweredFollowUp = Awaited<ReturnType<VaultRows['unansweredFollowUps']['all']>>[number]

function reversalIn(row: UnansweredFollowUp): Reversal | undefined {
  const answer = answerIn(row.answer)
  return (
    answer && {
      guid: row.capture_guid,
      answer,
      tenant: row.tenant_id,
      gateway: row.gateway,
      idempotencyKey: row.attempt_key,
      order: { amountMinor: row.amount_minor, currency: row.currency },
      reason: row.reason,
    }
  )
}

/** `undefined` where it is not what was written. */
function answerIn(json: string | null): Reversal['answer'] | undefined {
  try {
    return JSON.parse(json ?? '') as Reversal['answer']
  } catch {
    return undefined
  }
}
