import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import type { Charging } from './capture-host.ts'
import type { CaptureResult } from './capture-result.ts'
import type { CaptureRows } from './capture-rows.ts'
import { lateResultOf, resultOf } from './charge-result.ts'
import { corrected as correctedEnding, endingOf } from './ending.ts'
import type { GatewayAnswer, Gateways } from './gateway.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import type { Launch } from './launch.ts'
import { createReconciliation } from './reconciliation.ts'
import { type ChargedCard, sealChargedCard } from './sealed-card.ts'
import type { UnderWay } from './under-way.ts'
import { untilDurable } from './until-durable.ts'
import { within } from './within.ts'

/** A charge that was written down before its gateway was asked. */
export interface Attempt {
  readonly guid: Guid
  readonly idempotencyKey: string
  /** The gateway's name in the flow. */
  readonly gateway: string
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
 * 4. Without an answer in time the outcome is `unknown`; whatever comes later, or is found by reconciling, is
 *    written once and handed to `corrected`.
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
  /** Hears of an outcome that had been reported as `unknown`; `json` is the new result, and in the row. */
  readonly corrected: (guid: Guid, json: string) => Promise<void>
}) {
  const calls = createGatewayCalls({ gateways, clock, log })
  const reconciliation = createReconciliation({
    clock,
    reconcile: (attempt: Attempt) => calls.reconcile(attempt.gateway, attempt.idempotencyKey),
    found: recordLateSafely,
  })

  async function record(guid: Guid, { flow, order }: Launch, { charged }: Charging): Promise<void> {
    const attempt = {
      idempotency_key: idempotencyKeyOf(guid, onlyAttempt),
      capture_guid: guid,
      gateway: flow.gateway,
      amount_minor: order.amountMinor,
      currency: order.currency,
      requested_at: clock.now(),
    }
    const sealed_fields = sealChargedCard(sealer, guid, charged)
    await store.write(async (tx) => {
      await rows.insertAttempt.run(tx, attempt)
      await rows.keepSealedCard.run(tx, { guid, sealed_fields })
    })
  }

  async function authorise(guid: Guid, launch: Launch, charging: Charging): Promise<CaptureResult> {
    const idempotencyKey = idempotencyKeyOf(guid, onlyAttempt)
    const { flow, order, initialValues } = launch
    const attempt = { guid, idempotencyKey, gateway: flow.gateway, charged: charging.charged }
    const asked = calls.authorise(flow.gateway, {
      idempotencyKey,
      card: charging.card,
      order,
      initialValues,
      channel: charging.channel,
      timeoutSeconds: flow.gatewayTimeoutSeconds,
      ...(charging.challengeReturnUrl !== undefined && { challengeReturnUrl: charging.challengeReturnUrl }),
    })
    charging.wipe()
    const patience = flow.gatewayTimeoutSeconds * 1000
    const first = await within(asked, patience, clock)
    if (first?.status !== 'challenge') {
      const late = asked.then((answer) => (answer?.status === 'challenge' ? abandon(attempt) : answer))
      return concludeOrWait(attempt, launch, { answer: first, late })
    }
    const answer = await charging.challenged(first.challenge)
    const decided = calls.completeChallenge(flow.gateway, { idempotencyKey, answer })
    const known = await within(decided, patience, clock)
    return concludeOrWait(attempt, launch, { answer: known, late: decided })
  }

  /** A challenge that comes when nobody is there to be asked any more. */
  const abandon = ({ gateway, idempotencyKey }: Attempt) =>
    calls.completeChallenge(gateway, { idempotencyKey, answer: 'abandoned' })

  async function concludeOrWait(
    attempt: Attempt,
    launch: Launch,
    {
      answer,
      late,
    }: {
      readonly answer: GatewayAnswer | undefined
      /** What comes of the question when its answer did not come in time. */
      readonly late: Promise<GatewayAnswer | undefined>
    },
  ): Promise<CaptureResult> {
    const result = await conclude(attempt, launch, answer)
    if (!answer) void late.then((known) => known && recordLateSafely(attempt, known))
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
    const { guid, idempotencyKey, charged } = attempt
    reconciliation.forget(attempt)
    const result = lateResultOf(guid, answer, charged?.summary)
    const json = JSON.stringify(result)
    const isFirst = await durably(() =>
      store.write(async (tx) => {
        const changes = await rows.answerAttempt.run(tx, answered(idempotencyKey, answer, clock.now()))
        if (changes === 0) return false
        const before = (await rows.ending.first(tx, { guid }))?.ending
        const ending = before ? correctedEnding(before, result) : null
        await rows.replaceResult.run(tx, { guid, result: json, ending })
        return true
      }),
    )
    if (!isFirst) return
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
    const found = calls.reconcile(attempt.gateway, attempt.idempotencyKey)
    return conclude(attempt, launch, await within(found, launch.flow.gatewayTimeoutSeconds * 1000, clock))
  }

  return {
    /** @throws when the attempt is not written for certain; nothing has been asked then. */
    record,
    authorise,
    /** Ends a session whose charge was under way when the process before this one ended. */
    resume,
    /** Goes on looking for the outcome of a session that ended as `unknown`. */
    watch: (attempt: Attempt) => reconciliation.watch(attempt, 'at once'),
    /** Waits for no late answer any more. */
    close(): void {
      reconciliation.close()
      calls.close()
    },
  }
}

const answered = (idempotency_key: string, answer: GatewayAnswer, answered_at: number) => ({
  idempotency_key,
  answered_at,
  answer: JSON.stringify(answer),
})
