import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import { isBelievable } from './believable-answer.ts'
import type { Charging } from './capture-host.ts'
import type { CaptureResult } from './capture-result.ts'
import type { CaptureRows } from './capture-rows.ts'
import { lateResultOf, resultOf } from './charge-result.ts'
import { corrected as correctedEnding, endingOf } from './ending.ts'
import type { GatewayAnswer, Gateways, Money } from './gateway.ts'
import { createGatewayCalls, type NamedGateway } from './gateway-calls.ts'
import { type Flow, type Launch, type Purpose, takesMoney } from './launch.ts'
import { createReconciliation } from './reconciliation.ts'
import { type ChargedCard, sealChargedCard } from './sealed-card.ts'
import type { UnderWay } from './under-way.ts'
import { createUndoing } from './undo-payment.ts'
import { untilDurable } from './until-durable.ts'
import { within } from './within.ts'

/** A charge that was written down before its gateway was asked. */
export interface Attempt {
  readonly guid: Guid
  readonly tenant: number
  readonly idempotencyKey: string
  /** The gateway's name in the flow. */
  readonly gateway: string
  readonly purpose: Purpose
  readonly order: Money
  /** Milliseconds since the epoch. */
  readonly requestedAt: number
  readonly lateApproval: Flow['lateApproval']
  readonly charged: ChargedCard | undefined
}

/** One payment is tried once: what a gateway does not answer is reconciled, and never sent again. */
const onlyAttempt = 1

/** The same for every try at the same charge, and for no other. */
const idempotencyKeyOf = (guid: Guid, attempt: number): string => `${guid}-${attempt}`

export type Charges = ReturnType<typeof createCharges>

/**
 * Charges, so that money is never moved twice and never lost sight of:
 *
 * 1. {@link record} writes the attempt, and puts what may be known of the card in the place of its digits.
 * 2. {@link authorise} asks the gateway and overwrites the digits as soon as it has them. Where the customer's bank
 *    wants to be asked too (3-D Secure), the gateway goes on when the customer has come back; nothing is charged before.
 * 3. Answer, end and result of the session are written in one transaction, again and again until it is durable.
 * 4. Without an answer in time, or with one that names another sum, the outcome is `unknown`; whatever comes later,
 *    or is found by reconciling, is written once and handed to `corrected`. Where the flow says so, an approval that
 *    comes so late is undone, and that is what is handed on.
 */
export function createCharges({
  store,
  rows,
  sealer,
  gateways,
  clock,
  log,
  closing,
  track,
  corrected,
}: {
  readonly store: Store
  readonly rows: CaptureRows
  readonly sealer: Sealer
  readonly gateways: Gateways
  readonly clock: Clock
  readonly log: Log
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Hears of an outcome that had been reported otherwise; `json` is the new result, and in the row. */
  readonly corrected: (guid: Guid, json: string) => Promise<void>
}) {
  const calls = createGatewayCalls({ gateways, clock, log })
  const undoing = createUndoing({ store, rows, calls, clock, log, closing, track, corrected })
  const reconciliation = createReconciliation({
    clock,
    reconcile: async (attempt: Attempt) => usable(attempt, await reconcile(attempt)),
    found: recordLateSafely,
  })

  async function reconcile(attempt: Attempt): Promise<GatewayAnswer | undefined> {
    return ask(await calls.find(attempt.tenant, attempt.gateway), attempt)
  }

  /** An answer that the outcome can be told by. Another sum than the order's is none; but it can be undone. */
  function usable(attempt: Attempt, answer: GatewayAnswer | undefined): GatewayAnswer | undefined {
    if (!answer || isBelievable(answer, attempt.order) || isUndone(attempt, answer)) return answer
    const { guid, gateway } = attempt
    log.error({ capture: guid, gateway }, 'a gateway answered with another sum than the order’s')
    return undefined
  }

  const ask = (named: NamedGateway, attempt: Attempt) => {
    const { idempotencyKey, purpose, order, requestedAt, lateApproval } = attempt
    return calls.reconcile(named, { idempotencyKey, purpose, order, requestedAt, lateApproval })
  }

  async function record(guid: Guid, launch: Launch, { charged }: Charging): Promise<Attempt> {
    const attempt = attemptOf(guid, launch, { charged, requestedAt: clock.now() })
    const sealed_fields = sealChargedCard(sealer, guid, charged)
    await store.write(async (tx) => {
      await rows.insertAttempt.run(tx, {
        idempotency_key: attempt.idempotencyKey,
        capture_guid: guid,
        gateway: attempt.gateway,
        amount_minor: attempt.order.amountMinor,
        currency: attempt.order.currency,
        requested_at: attempt.requestedAt,
        purpose: attempt.purpose,
        late_approval: attempt.lateApproval,
        cancel_afterwards: launch.flow.cancelAfterwards,
      })
      await rows.keepSealedCard.run(tx, { guid, sealed_fields })
    })
    return attempt
  }

  async function authorise(attempt: Attempt, launch: Launch, charging: Charging): Promise<CaptureResult> {
    const { idempotencyKey } = attempt
    const { flow, order, initialValues } = launch
    const named = await calls.find(attempt.tenant, attempt.gateway)
    const asked = calls.authorise(named, {
      idempotencyKey,
      purpose: flow.purpose,
      card: charging.card,
      order,
      initialValues,
      channel: charging.channel,
      timeoutSeconds: flow.gatewayTimeoutSeconds,
      ...(charging.challengeReturnUrl !== undefined && { challengeReturnUrl: charging.challengeReturnUrl }),
    })
    charging.wipe()
    const answered = reconciled(asked, named, attempt)
    const patience = flow.gatewayTimeoutSeconds * 1000
    const first = await within(answered, patience, clock)
    if (first?.status !== 'challenge') {
      const abandoned = answered.then((answer) =>
        answer?.status === 'challenge'
          ? calls.completeChallenge(named, { idempotencyKey, answer: 'abandoned' })
          : answer,
      )
      return concludeOrWait(attempt, launch, { answer: first, late: abandoned })
    }
    const answer = await charging.challenged(first.challenge)
    const decided = reconciled(calls.completeChallenge(named, { idempotencyKey, answer }), named, attempt)
    return concludeOrWait(attempt, launch, { answer: await within(decided, patience, clock), late: decided })
  }

  /** A gateway that failed while it was asked is asked at once what became of it. */
  async function reconciled<Answer>(
    asked: Promise<Answer | undefined>,
    named: NamedGateway,
    attempt: Attempt,
  ): Promise<Answer | GatewayAnswer | undefined> {
    return (await asked) ?? ask(named, attempt)
  }

  async function concludeOrWait(
    attempt: Attempt,
    launch: Launch,
    {
      answer,
      late,
    }: {
      readonly answer: GatewayAnswer | undefined
      /** What comes of the question when its answer did not come in time, or cannot be believed. */
      readonly late: Promise<GatewayAnswer | undefined>
    },
  ): Promise<CaptureResult> {
    const believed = answer && isBelievable(answer, attempt.order) ? answer : undefined
    const result = await conclude(attempt, launch, believed)
    if (!believed) {
      void late.then((known) => {
        const answer = usable(attempt, known)
        return answer && recordLateSafely(attempt, answer)
      })
    }
    return result
  }

  /** Ends the session with what the gateway said, or with `unknown`. */
  async function conclude(
    attempt: Attempt,
    launch: Launch,
    answer: GatewayAnswer | undefined,
  ): Promise<CaptureResult> {
    const { guid, idempotencyKey, charged } = attempt
    const result = resultOf(guid, answer, charged?.summary)
    const sealed = !answer && charged ? sealChargedCard(sealer, guid, charged) : null
    const now = clock.now()
    const ended = {
      ...{ guid, ended_at: now, sealed_fields: sealed },
      result: JSON.stringify(result),
      ending: endingOf(result, launch),
    }
    await durably(() =>
      store.write(async (tx) => {
        if (answer) await rows.answerAttempt.run(tx, answered(idempotencyKey, answer, now))
        await rows.endSession.run(tx, ended)
      }),
    )
    log.info({ capture: guid, end: result.end, outcome: result.outcome }, 'a capture session ended')
    if (!answer) reconciliation.watch(attempt, 'later')
    return result
  }

  /** The first answer that is written counts; a second one finds the attempt answered. */
  async function recordLate(attempt: Attempt, answer: GatewayAnswer): Promise<void> {
    const { guid, charged } = attempt
    reconciliation.forget(attempt)
    const result = lateResultOf(guid, answer, charged?.summary)
    const json = JSON.stringify(result)
    const isFirst = await durably(() =>
      store.write(async (tx) => {
        const changes = await rows.answerAttempt.run(
          tx,
          answered(attempt.idempotencyKey, answer, clock.now()),
        )
        if (changes === 0) return false
        if (isUndone(attempt, answer)) {
          await undoing.begin(tx, { ...attempt, answer, reason: 'late' })
          return true
        }
        const before = (await rows.ending.first(tx, { guid }))?.ending
        const ending = before ? correctedEnding(before, result) : null
        await rows.replaceResult.run(tx, { guid, result: json, ending })
        return true
      }),
    )
    if (!isFirst) return
    if (isUndone(attempt, answer)) {
      log.warn({ capture: guid }, 'a payment that was approved too late is undone')
      void undoing.finish({ ...attempt, answer, reason: 'late' })
      return
    }
    log.info({ capture: guid, outcome: result.outcome }, 'an unknown outcome became known')
    await corrected(guid, json)
  }

  /** What cannot be written because the process is closing is found again by the next one. */
  async function recordLateSafely(attempt: Attempt, answer: GatewayAnswer): Promise<void> {
    await track(recordLate(attempt, answer)).catch((error) =>
      log.error({ err: error, capture: attempt.guid }, 'a late outcome could not be recorded'),
    )
  }

  const durably = <T>(write: () => Promise<T>) => untilDurable(write, { clock, log, closing })

  async function resume(attempt: Attempt, launch: Launch): Promise<CaptureResult> {
    const found = reconcile(attempt)
    const answer = await within(found, launch.flow.gatewayTimeoutSeconds * 1000, clock)
    return concludeOrWait(attempt, launch, { answer, late: found })
  }

  return {
    /** @throws when the attempt is not written for certain; nothing has been asked then. */
    record,
    authorise,
    /** Ends a session whose charge was under way when the process before this one ended. */
    resume,
    /** Goes on looking for the outcome of a session that ended as `unknown`. */
    watch: (attempt: Attempt) => reconciliation.watch(attempt, 'at once'),
    undoing,
    /** Waits for no late answer any more. */
    close(): void {
      reconciliation.close()
      undoing.close()
      calls.close()
    },
  }
}

function attemptOf(
  guid: Guid,
  { tenant, flow, order }: Launch,
  { charged, requestedAt }: { readonly charged: ChargedCard; readonly requestedAt: number },
): Attempt {
  return {
    guid,
    tenant,
    idempotencyKey: idempotencyKeyOf(guid, onlyAttempt),
    gateway: flow.gateway,
    purpose: flow.purpose,
    order: { amountMinor: order.amountMinor, currency: order.currency },
    requestedAt,
    lateApproval: flow.lateApproval,
    charged,
  }
}

/** Whether the flow wants an approval undone that came after the end of its session. */
const isUndone = (
  { lateApproval, purpose }: Attempt,
  answer: GatewayAnswer,
): answer is Extract<GatewayAnswer, { captured: boolean }> =>
  lateApproval === 'void' && takesMoney(purpose) && 'captured' in answer

const answered = (idempotency_key: string, answer: GatewayAnswer, answered_at: number) => ({
  idempotency_key,
  answered_at,
  answer: JSON.stringify(answer),
})
