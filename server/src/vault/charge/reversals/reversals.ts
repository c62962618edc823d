import { prepareRecord } from '../../../audit/record.ts'
import type { Guid } from '../../../base/guid.ts'
import { inSpanOrTrace } from '../../../base/tracing/in-span.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { FollowUpAnswer, FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { GatewayCalls } from '../gateway-calls.ts'
import type { UnderWay } from '../under-way.ts'
import { untilDurable } from '../until-durable.ts'
import { createAskUntilAnswered } from './ask-until-answered.ts'
import { keyOf, type Reversal, type Reversed } from './reversal.ts'
import { createReversalHolds } from './reversal-holds.ts'
import { createFindUnanswered } from './unanswered-reversals.ts'
import { writeAnsweredReversal, writeReversal } from './write-reversal.ts'

interface ReversalParts extends Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Reports the result in a session's row, where it had been reported otherwise. */
  readonly report: (guid: Guid) => Promise<void>
}

export type Reversals = ReturnType<typeof createReversals>

/**
 * Voids or refunds payments. What is to be done is written before the gateway is asked, with a key of its own and the node
 * that holds it; the gateway is asked until it has answered, for three days, and by another node when this one has died;
 * its answer and the session's new result are written in one transaction.
 */
export function createReversals(parts: ReversalParts) {
  const { store, log, track, report } = parts
  const holds = createReversalHolds(parts)
  const writing = { ...parts, holds, record: prepareRecord(parts) }
  const asking = createAskUntilAnswered({ ...parts, holds })
  const findUnanswered = createFindUnanswered({ ...parts, holds })
  const underWay = new Map<string, Promise<Reversed>>()

  /** Goes on with the refund where a void was refused of a payment that must not stand. */
  const goesOn = (kind: FollowUpKind, { reason }: Reversal, answer: FollowUpAnswer): boolean =>
    answer.status === 'refused' && kind === 'void' && reason === 'late'

  async function carryOut(reversal: Reversal, kind: FollowUpKind): Promise<Reversed> {
    const key = keyOf(reversal, kind)
    const isMine = await holds.take(key)
    const answer = isMine ? await askAndWrite(reversal, kind) : await holds.answerToOther(key)
    if (!answer) return 'not-known'
    if (goesOn(kind, reversal, answer)) return carryOut(reversal, 'refund')
    if (isMine) await tell(reversal, kind, answer)
    return answer.status === 'done' ? 'voided' : 'refused'
  }

  async function askAndWrite(reversal: Reversal, kind: FollowUpKind): Promise<FollowUpAnswer | undefined> {
    const answer = await asking.ask(reversal, kind)
    if (!answer) return undefined
    const answered = { kind, answer, goesOn: goesOn(kind, reversal, answer) }
    const write = () => track(store.write((tx) => writeAnsweredReversal(writing, tx, reversal, answered)))
    await untilDurable(write, parts)
    return answer
  }

  async function tell({ guid }: Reversal, kind: FollowUpKind, { status }: FollowUpAnswer): Promise<void> {
    log[status === 'done' ? 'info' : 'error'](
      { capture: guid, kind, status },
      status === 'done'
        ? 'a payment was reversed'
        : 'a payment could not be reversed: check it at the gateway',
    )
    await report(guid)
  }

  /** Carries out what {@link begin} wrote. */
  function finish(reversal: Reversal, kind: FollowUpKind = 'void'): Promise<Reversed> {
    const key = reversal.idempotencyKey
    const attributes = { 'tonegate.capture_guid': reversal.guid }
    const running =
      underWay.get(key) ??
      inSpanOrTrace(parts.tracer, 'reverse payment', { attributes }, () => carryOut(reversal, kind))
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
    begin: (tx: Connection, reversal: Reversal): Promise<boolean> =>
      writeReversal(writing, tx, reversal, 'void'),
    finish,
    /** Takes up what nobody carries out. */
    async sweep(): Promise<void> {
      if (parts.closing.aborted) return
      for (const { reversal, kind } of await findUnanswered((key) => underWay.has(key), underWay.size))
        void finish(reversal, kind)
    },
    /** Lets nobody wait for the next try. */
    close: (): void => asking.close(),
  }
}
