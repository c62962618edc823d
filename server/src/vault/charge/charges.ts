import type { End, SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { foldLineBreaks, foldValues } from '../../base/text/line-breaks.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import { type ChargedCard, sealChargedCard } from '../fields/sealed-card.ts'
import { isBelievable } from '../model/believable-answer.ts'
import type { Challenge, ChallengeAnswer, GatewayAnswer, Gateways } from '../model/gateway.ts'
import type { Launch, Order } from '../model/launch.ts'
import { type BankVisit, sealVisit } from '../model/sealed-challenge.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending } from '../model/vault-sessions.ts'
import type { Challenged, ChargeAttempt, Charging, Comeback } from './attempt.ts'
import { givenUpResultOf, isUncharged, lateResultOf, movesMoney, resultOf } from './charge-result.ts'
import { endOfRow } from './end-of-row.ts'
import { corrected as correctedEnding, endingOf } from './ending.ts'
import { createGatewayCalls, type NamedGateway } from './gateway-calls.ts'
import type { KeptCards } from './kept-cards.ts'
import { createReconciliation } from './reconciliation.ts'
import { createFailures } from './record-failure.ts'
import { createReversals, type Reversal } from './reverse-payment.ts'
import type { UnderWay } from './under-way.ts'
import { untilDurable } from './until-durable.ts'

/** So long whoever cancels waits for what the gateway says of the payment that is given up, and of reversals it. */
const maxAbandoning = 4_000

/** One payment is tried once: what a gateway does not answer is reconciled, and never sent again. */
const onlyAttempt = 1

/** The same for every try at the same charge, and for no other. */
const idempotencyKeyOf = (guid: Guid, attempt: number): string => `${guid}-${attempt}`

export type Charges = ReturnType<typeof createCharges>

/**
 * Charges, so that money is never moved twice and never lost sight of:
 *
 * 1. {@link record} writes the attempt where the session's row is open and no attempt stands, and puts what may be
 *    known of the card in the place of its digits. Whoever finds it otherwise asks no gateway.
 * 2. {@link authorise} asks the gateway and overwrites the digits as soon as it has them. Where the customer's bank
 *    wants to be asked too (3-D Secure), the gateway goes on when the customer has come back; nothing is charged before.
 *    What the customer comes back with is written down before the gateway is told, so that the next process tells it too.
 * 3. Answer, end and result of the session are written in one transaction, again and again until it is durable.
 * 4. Without an answer in time, or with one that names another sum, the outcome is `unknown`; whatever comes later,
 *    or is found by reconciling, is written once and handed to `corrected`. Where the flow says so, an approval that
 *    comes so late is undone, and that is what is handed on.
 * 5. A gateway that tells by itself that something has happened ({@link told}) is asked at once what it is, also while the
 *    customer is at the bank; while it is being asked for the payment, its answer is waited for.
 * 6. A payment that is cancelled while the customer is at the bank is given up, and its session is cancelled whatever the
 *    gateway says: what it approved after all is undone, and until that is known the outcome is `unknown`.
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
  vaultId,
  keptCards,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'> & {
  /** Of this vault alone, and of no other that may work on the same rows. */
  readonly vaultId: string
  readonly rows: VaultRows
  readonly keptCards: KeptCards
  readonly gateways: Gateways
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  /** Hears of an outcome that had been reported otherwise; `json` is the new result, and in the row. */
  readonly corrected: (guid: Guid, json: string) => Promise<void>
}) {
  const calls = createGatewayCalls({ gateways, clock, log })
  const failures = createFailures({ rows, clock })
  const reversals = createReversals({ store, rows, calls, clock, log, closing, track, corrected })
  const reconciliation = createReconciliation({
    clock,
    reconcile: async (attempt: ChargeAttempt) => usable(attempt, await reconcile(attempt)),
    found: recordLateSafely,
  })

  /** The payments whose customers are at their banks, by their keys. */
  const atBank = new Map<string, () => Promise<void>>()

  async function reconcile(attempt: ChargeAttempt): Promise<GatewayAnswer | undefined> {
    return ask(await calls.find(attempt.tenant, attempt.gateway), attempt)
  }

  /** An answer that the outcome can be told by. Another sum than the order's is none; but it can be undone. */
  function usable(attempt: ChargeAttempt, answer: GatewayAnswer | undefined): GatewayAnswer | undefined {
    if (!answer || isBelievable(answer, attempt.order) || isUndone(attempt, answer)) return answer
    const { guid, gateway } = attempt
    log.error({ capture: guid, gateway }, 'a gateway answered with a different amount from the order’s')
    return undefined
  }

  /** A gateway that cannot be asked is told its own words again; of several one that speaks of money counts. */
  async function ask(named: NamedGateway, attempt: ChargeAttempt): Promise<GatewayAnswer | undefined> {
    const { idempotencyKey, purpose, order, requestedAt, lateApproval } = attempt
    const cameBack = attempt.challenged?.cameBack
    const wasSent = attempt.challenged !== undefined
    const asked = {
      idempotencyKey,
      purpose,
      order,
      requestedAt,
      lateApproval,
      wasSent,
      ...(cameBack && { cameBack }),
    }
    const words = await rows.told.all(store.reader, { attempt_key: idempotencyKey }).catch(() => [])
    if (words.length === 0) return calls.reconcile(named, asked)
    const answers: GatewayAnswer[] = []
    for (const { tells } of words) {
      const answer = await calls.reconcile(named, { ...asked, ...(tells !== null && { told: tells }) })
      if (answer) answers.push(answer)
    }
    return answers.find((answer) => movesMoney(purpose, answer)) ?? answers.at(-1)
  }

  async function record(
    guid: Guid,
    launch: Launch,
    { charged, course }: Pick<Charging, 'charged'> & { readonly course: string },
  ): Promise<ChargeAttempt | undefined> {
    const attempt = attemptOf(guid, launch, { charged, requestedAt: clock.now() })
    const sealed_fields = charged ? sealChargedCard(sealer, guid, charged) : null
    const isRecorded = await store.write(async (tx) => {
      if ((await rows.ending.first(tx, { guid }))?.state !== 'open') return false
      const attempts = await rows.insertAttempt.run(tx, {
        idempotency_key: attempt.idempotencyKey,
        capture_guid: guid,
        gateway: attempt.gateway,
        amount_minor: attempt.order.amountMinor,
        currency: attempt.order.currency,
        requested_at: attempt.requestedAt,
        purpose: attempt.purpose,
        late_approval: attempt.lateApproval,
        cancel_afterwards: launch.flow.cancelAfterwards,
        held_by: vaultId,
      })
      if (attempts === 0) return false
      await rows.keepSealedCard.run(tx, { guid, sealed_fields, course })
      return true
    })
    return isRecorded ? attempt : undefined
  }

  async function authorise(
    attempt: ChargeAttempt,
    launch: Launch,
    charging: Charging,
  ): Promise<SessionResult> {
    const { idempotencyKey, purpose } = attempt
    const { flow, order, initialValues } = launch
    const { card } = charging
    const named = await calls.find(attempt.tenant, attempt.gateway)
    const request = {
      idempotencyKey,
      purpose: flow.purpose,
      order: onOneLine(order),
      initialValues: foldValues(initialValues),
      channel: charging.channel,
      timeoutSeconds: flow.gatewayTimeoutSeconds,
      ...(charging.challengeReturnUrl !== undefined && { challengeReturnUrl: charging.challengeReturnUrl }),
      ...charging.sender,
    }
    const asked =
      'token' in card
        ? calls.authoriseKept(named, { ...request, token: card.token, initiator: card.initiator })
        : calls.authorise(named, { ...request, card })
    charging.wipe()
    const answered = reconciled(asked, named, attempt)
    const patience = flow.gatewayTimeoutSeconds * 1000
    const first = await within(answered, patience, clock)
    if (first?.status !== 'challenge') {
      const abandoned = answered.then((answer) =>
        answer?.status === 'challenge'
          ? calls.completeChallenge(named, {
              idempotencyKey,
              answer: 'abandoned',
              asked: { purpose, order: attempt.order },
            })
          : answer,
      )
      return concludeOrWait(attempt, launch, { answer: first, late: abandoned })
    }
    const challenged = await rememberChallenge(attempt, first.challenge)
    return afterChallenge(challenged, launch, (decided) => charging.challenged(first.challenge, decided))
  }

  /** The next process then knows that the customer is at the bank; without it, it only asks the gateway. */
  async function rememberChallenge(attempt: ChargeAttempt, { fields }: Challenge): Promise<ChargeAttempt> {
    const { guid } = attempt
    const challenged = { ...attempt, challenged: { at: clock.now(), fields } }
    await writeVisit(challenged).catch((error) =>
      log.warn({ err: error, capture: guid }, 'a challenge could not be stored'),
    )
    return challenged
  }

  /**
   * Before the gateway is told: nobody who resumes without it has to wonder whether the gateway was. `undefined` where
   * another server has given the payment up meanwhile, so that the gateway may be told no more.
   */
  async function rememberComeback(
    attempt: ChargeAttempt,
    cameBack: BankVisit['cameBack'],
  ): Promise<ChargeAttempt | undefined> {
    if (!attempt.challenged || !cameBack) return attempt
    const back = { ...attempt, challenged: { ...attempt.challenged, cameBack } }
    return (await durably(() => writeVisit(back))) === 1 ? back : undefined
  }

  const writeVisit = ({
    idempotencyKey,
    challenged,
  }: Required<Pick<ChargeAttempt, 'challenged'>> & ChargeAttempt) =>
    store.write((tx) =>
      rows.challengeAttempt.run(tx, {
        idempotency_key: idempotencyKey,
        challenged_at: challenged.at,
        sealed_challenge: sealVisit(sealer, idempotencyKey, challenged),
      }),
    )

  async function afterChallenge(
    challenged: ChargeAttempt,
    launch: Launch,
    waitForCustomer: (decided: Promise<void>) => Promise<Comeback>,
  ): Promise<SessionResult> {
    const { idempotencyKey, tenant, gateway, purpose, order } = challenged
    const told = askWhenTold(challenged)
    const comeback = await waitForCustomer(told.decided).finally(told.forget)
    if (comeback === 'decided') {
      const answer = told.answer()
      return concludeOrWait(challenged, launch, { answer, late: Promise.resolve(answer) })
    }
    const named = await calls.find(tenant, gateway)
    const complete = (answer: ChallengeAnswer, of: ChargeAttempt) =>
      reconciled(
        calls.completeChallenge(named, { idempotencyKey, answer, asked: { purpose, order } }),
        named,
        of,
      )
    if (comeback === 'cancelled') {
      const givenUp: ChargeAttempt = { ...challenged, lateApproval: 'void' }
      return concludeCancelled(givenUp, launch, complete('abandoned', givenUp))
    }
    const cameBack = comeback === 'abandoned' ? undefined : comeback
    const attempt = await rememberComeback(challenged, cameBack)
    if (!attempt) return endOfRow(challenged.guid, { store, rows, clock, closing })
    const decided = complete(comeback, attempt)
    const patience = launch.flow.gatewayTimeoutSeconds * 1000
    return concludeOrWait(attempt, launch, { answer: await within(decided, patience, clock), late: decided })
  }

  /** While a customer is at the bank: what the gateway says of the payment when it has told that there is something. */
  function askWhenTold(attempt: ChargeAttempt) {
    const { idempotencyKey } = attempt
    const { promise: decided, resolve } = Promise.withResolvers<void>()
    let known: GatewayAnswer | undefined
    atBank.set(idempotencyKey, async () => {
      const answer = usable(attempt, await reconcile(attempt))
      if (!answer) return
      known ??= answer
      resolve()
    })
    return { decided, answer: () => known, forget: () => void atBank.delete(idempotencyKey) }
  }

  /** A gateway that failed while it was asked is asked at once what became of it. */
  async function reconciled<Answer>(
    asked: Promise<Answer | undefined>,
    named: NamedGateway,
    attempt: ChargeAttempt,
  ): Promise<Answer | GatewayAnswer | undefined> {
    return (await asked) ?? ask(named, attempt)
  }

  async function concludeOrWait(
    attempt: ChargeAttempt,
    launch: Launch,
    {
      answer,
      late,
    }: {
      readonly answer: GatewayAnswer | undefined
      /** What comes of the question when its answer did not come in time, or cannot be believed. */
      readonly late: Promise<GatewayAnswer | undefined>
    },
  ): Promise<SessionResult> {
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
  function conclude(
    attempt: ChargeAttempt,
    launch: Launch,
    answer: GatewayAnswer | undefined,
  ): Promise<SessionResult> {
    return end(attempt, launch, { result: resultOf(attempt.guid, answer, attempt.charged?.summary), answer })
  }

  /** The session is cancelled; what its gateway says of the payment decides about the outcome alone. */
  async function concludeCancelled(
    attempt: ChargeAttempt,
    launch: Launch,
    decided: Promise<GatewayAnswer | undefined>,
  ): Promise<SessionResult> {
    const { guid, purpose } = attempt
    const answer = await within(decided, maxAbandoning, clock)
    const result: SessionResult =
      answer && !movesMoney(purpose, answer)
        ? givenUpResultOf(guid, 'cancelled')
        : { guid, end: 'cancelled', outcome: 'unknown' }
    const ended = await end(attempt, launch, { result, answer })
    if (!answer) void decided.then((late) => late && recordLateSafely(attempt, late))
    return ended
  }

  /** @returns the end that the row has then; another server may have written it. */
  async function end(
    attempt: ChargeAttempt,
    launch: Launch,
    { result, answer }: { readonly result: SessionResult; readonly answer: GatewayAnswer | undefined },
  ): Promise<SessionResult> {
    const { guid, idempotencyKey, charged } = attempt
    const now = clock.now()
    const ended = {
      guid,
      ended_at: now,
      result: JSON.stringify(result),
      ending: endingOf(result, launch),
      sealed_fields: !answer && charged ? sealChargedCard(sealer, guid, charged) : null,
    }
    const correction = await durably(() =>
      store.write(async (tx) => {
        if (answer && !(await writeAnswer(tx, attempt, answer))) return
        if (isUncharged(result.end)) await rows.undoIfApproved.run(tx, { idempotency_key: idempotencyKey })
        const isOurs = (await rows.endSession.run(tx, ended)) === 1
        if (answer && (!isOurs || result.outcome === 'unknown')) return correct(tx, attempt, answer)
        if (answer) await failures.recordTold(tx, attempt)
      }),
    )
    if (!answer) reconciliation.watch(attempt, 'later')
    if (correction) await within(carryOut(attempt, correction), maxAbandoning, clock)
    const known = await endOfRow(guid, { store, rows, clock, closing })
    log.info({ capture: guid, end: known.end, outcome: known.outcome }, 'a capture session ended')
    return known
  }

  /** The first answer that is written counts: false where there is one. The card that it keeps is remembered with it. */
  async function writeAnswer(
    tx: Connection,
    attempt: ChargeAttempt,
    answer: GatewayAnswer,
  ): Promise<boolean> {
    const { idempotencyKey, tenant, gateway, charged } = attempt
    const changes = await rows.answerAttempt.run(tx, answered(idempotencyKey, answer, clock.now()))
    if (changes === 0) return false
    const token = 'token' in answer ? answer.token : undefined
    if (token !== undefined) await keptCards.keep(tx, { tenant, gateway, token, card: charged?.summary })
    return true
  }

  async function recordLate(attempt: ChargeAttempt, answer: GatewayAnswer): Promise<void> {
    reconciliation.forget(attempt)
    const correction = await durably(() =>
      store.write(async (tx) => {
        if (await writeAnswer(tx, attempt, answer)) return correct(tx, attempt, answer)
      }),
    )
    if (correction?.undone) void carryOut(attempt, correction)
    else if (correction) await carryOut(attempt, correction)
  }

  /** Puts an answer into a session that has ended without it. No session that says of itself that nothing was charged keeps money. */
  async function correct(tx: Connection, attempt: ChargeAttempt, answer: GatewayAnswer): Promise<Correction> {
    const { guid, purpose, charged } = attempt
    const failed = await failures.recordTold(tx, attempt)
    if (failed) return { json: failed.json }
    const before = (await rows.ending.first(tx, { guid }))?.ending
    const end: End = before ? (JSON.parse(before) as Ending).end : 'payment-connector-error'
    if (isUndone(attempt, answer) || (isUncharged(end) && movesMoney(purpose, answer))) {
      const undone: Reversal = { ...attempt, answer, reason: 'late' }
      await reversals.begin(tx, undone)
      return { undone }
    }
    const result = isUncharged(end)
      ? ({ ...givenUpResultOf(guid, end), correction: 'reconciled' } as const)
      : lateResultOf(answer, { guid, end, card: charged?.summary })
    const json = JSON.stringify(result)
    await rows.replaceResult.run(tx, {
      guid,
      result: json,
      ending: before ? correctedEnding(before, result) : null,
    })
    return { json }
  }

  async function carryOut({ guid }: ChargeAttempt, { undone, json }: Correction): Promise<void> {
    if (undone) {
      log.warn({ capture: guid }, 'a late approval is being voided')
      await reversals.finish(undone)
      return
    }
    log.info({ capture: guid }, 'an unknown outcome became known')
    await corrected(guid, json)
  }

  /** What cannot be written because the process is closing is found again by the next one. */
  async function recordLateSafely(attempt: ChargeAttempt, answer: GatewayAnswer): Promise<void> {
    await track(recordLate(attempt, answer)).catch((error) =>
      log.error({ err: error, capture: attempt.guid }, 'a late outcome could not be recorded'),
    )
  }

  const durably = <T>(write: () => Promise<T>) => untilDurable(write, { clock, log, closing })

  async function resume(
    attempt: ChargeAttempt,
    launch: Launch,
    challenged: Challenged,
  ): Promise<SessionResult> {
    const found = reconcile(attempt)
    const answer = await within(found, launch.flow.gatewayTimeoutSeconds * 1000, clock)
    const { challenged: before } = attempt
    if (answer || before === undefined) return concludeOrWait(attempt, launch, { answer, late: found })
    const { cameBack } = before
    if (cameBack) return afterChallenge(attempt, launch, async () => cameBack)
    const endsAt = before.at + launch.flow.challengeSeconds * 1000
    return afterChallenge(attempt, launch, (decided) => challenged(before.fields, endsAt, decided))
  }

  return {
    /**
     * `undefined` where the session has ended, or another server charges it: its row says how it ends.
     *
     * @throws when the attempt is not written for certain; nothing has been asked then.
     */
    record,
    authorise,
    /** Ends a session whose charge was under way when the process before this one ended. */
    resume,
    /** Goes on looking for the outcome of a session that ended as `unknown`. */
    watch: (attempt: ChargeAttempt) => reconciliation.watch(attempt, 'at once'),
    reversals,
    /** The gateway has told that something happened to a payment: what it is, is asked for as soon as it can be. */
    told(idempotencyKey: string): void {
      const ask = atBank.get(idempotencyKey)
      if (ask) void track(ask())
      else reconciliation.hasten(idempotencyKey)
    },
    /** Waits for no late answer any more. */
    close(): void {
      reconciliation.close()
      reversals.close()
      calls.close()
    },
  }
}

/** What an answer that came after the end makes of it: a payment that is undone, or the session's new result. */
type Correction =
  | { readonly undone: Reversal; readonly json?: never }
  | { readonly json: string; readonly undone?: never }

function attemptOf(
  guid: Guid,
  { tenant, flow, order }: Launch,
  { charged, requestedAt }: { readonly charged: ChargedCard | undefined; readonly requestedAt: number },
): ChargeAttempt {
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
  { lateApproval, purpose }: ChargeAttempt,
  answer: GatewayAnswer,
): answer is Extract<GatewayAnswer, { captured: boolean }> =>
  lateApproval === 'void' && movesMoney(purpose, answer)

/** Without the token of the card that it made: that is told in the result, and kept nowhere as it is. */
const answered = (idempotency_key: string, answer: GatewayAnswer, answered_at: number) => ({
  idempotency_key,
  answered_at,
  answer: JSON.stringify('token' in answer ? { ...answer, token: undefined } : answer),
})

/** Gateways bound the lengths of texts, and some refuse a payment for a line break: they get, and count, one line. */
const onOneLine = ({ reference, ...order }: Order): Order => ({
  ...order,
  ...(reference !== undefined && { reference: foldLineBreaks(reference) }),
})
