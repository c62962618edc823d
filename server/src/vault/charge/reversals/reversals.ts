import type { Guid } from '../../../base/guid.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { GatewayCalls } from '../gateway-calls.ts'
import type { UnderWay } from '../under-way.ts'
import { untilDurable } from '../until-durable.ts'
import { createAskUntilAnswered } from './ask-until-answered.ts'
import type { Reversal, Reversed } from './reversal.ts'
import { unansweredReversals } from './unanswered-reversals.ts'
import { writeAnsweredReversal, writeReversal } from './write-reversal.ts'

interface ReversalParts extends Pick<StoreParts, 'store' | 'clock' | 'log'> {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Reports the result in a session's row, where it had been reported otherwise. */
  readonly report: (guid: Guid) => Promise<void>
}

export type Reversals = ReturnType<typeof createReversals>

/**
 * Voids or refunds payments. What is to be done is written before the gateway is asked, with a key of its own; the gateway
 * is asked until it has answered, for three days, and by the next process too; its answer and the session's new result are
 * written in one transaction.
 */
export function createReversals(parts: ReversalParts) {
  const { store, log, track, report } = parts
  const asking = createAskUntilAnswered(parts)
  const underWay = new Map<string, Promise<Reversed>>()

  async function carryOut(reversal: Reversal, kind: FollowUpKind): Promise<Reversed> {
    const answer = await asking.ask(reversal, kind)
    if (!answer) return 'not-known'
    const { guid, reason } = reversal
    const goesOn = answer.status === 'refused' && kind === 'void' && reason === 'late'
    const answered = { kind, answer, goesOn }
    const write = () => track(store.write((tx) => writeAnsweredReversal(parts, tx, reversal, answered)))
    const hasNewResult = await untilDurable(write, parts)
    if (goesOn) return carryOut(reversal, 'refund')
    log[answer.status === 'done' ? 'info' : 'error'](
      { capture: guid, kind, status: answer.status },
      answer.status === 'done'
        ? 'a payment was reversed'
        : 'a payment could not be reversed: check it at the gateway',
    )
    if (hasNewResult) await report(guid)
    return answer.status === 'done' ? 'voided' : 'refused'
  }

  /** Carries out what {@link begin} wrote. */
  function finish(reversal: Reversal, kind: FollowUpKind = 'void'): Promise<Reversed> {
    const key = reversal.idempotencyKey
    const running =
      underWay.get(key) ??
      carryOut(reversal, kind)
        .catch((error): Reversed => {
          log.error({ err: error, capture: reversal.guid }, 'the reversal of a payment could not be stored')
          return 'not-known'
        })
        .finally(() => underWay.delete(key))
    underWay.set(key, running)
    return running
  }

  return {
    /** Writes down that a payment is to be reversed. */
    begin: (tx: Connection, reversal: Reversal): Promise<number> =>
      writeReversal(parts, tx, reversal, 'void'),
    finish,
    /** Takes up what the process before this one left. */
    async resume(): Promise<void> {
      for (const { reversal, kind } of await unansweredReversals(parts)) void finish(reversal, kind)
    },
    /** Lets nobody wait for the next try. */
    close: (): void => asking.close(),
  }
}
