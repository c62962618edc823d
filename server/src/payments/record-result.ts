import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'
import type { PaymentSessionTable } from '../store/tables.ts'
import type { AccountConfiguration } from './configurations/account-configuration.ts'
import type { Configurations } from './configurations/configurations.ts'
import { isCharged, type LaunchOfResult } from './launches/adopt-launch.ts'
import type { LaunchesInHand } from './launches/launches-in-hand.ts'
import type { PendingLaunches } from './launches/pending-launches.ts'
import type { ProviderReports } from './provider.ts'
import { paymentResultData, type ResultSettings } from './results/result-template.ts'
import { resultMilliseconds } from './retention.ts'
import type { SessionSeal } from './seal-session.ts'
import { statusText } from './session-answer.ts'
import type { SessionEndings } from './session-endings.ts'
import { isOpen, mayBecome, stateAfter } from './session-state.ts'
import type { SettledAnswers } from './settled-answers.ts'
import { createRecordEvents } from './webhooks/events/record-events.ts'
import type { WebhookOutbox, Written } from './webhooks/outbox.ts'

/**
 * Takes what the provider reports into the session (contract/payment-api §4). Each report may come more than
 * once, and before the session that it speaks of is committed. A terminal state never changes; but an outcome
 * that was `unknown` at the end and becomes known later, and a payment that is reversed, replace the result, which
 * then has its 15 minutes. Whoever has a webhook is told in the same transaction (contract/payment-api §5).
 */
export function createReports({
  store,
  clock,
  log,
  configurations,
  pending,
  inHand,
  launchOfResult,
  endings,
  settled,
  seal,
  outbox,
  changed,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly configurations: Configurations
  readonly pending: PendingLaunches
  readonly inHand: LaunchesInHand
  readonly launchOfResult: LaunchOfResult
  readonly endings: SessionEndings
  readonly settled: SettledAnswers
  readonly seal: SessionSeal
  readonly outbox: WebhookOutbox
  /** Hears of each session that somebody may follow. */
  readonly changed: (sessionGuid: Guid) => void
}): ProviderReports {
  const { find, progress, end } = prepareStatements(store)
  const sessionOf = createSessionOf({ store, find, pending, inHand })

  /** @returns `undefined` for a session that was never opened, and in which no card was charged. */
  async function sessionOrLaunch(result: SessionResult) {
    const { guid, end, outcome } = result
    const row = await sessionOf(guid)
    if (!row && pending.isAbandoned(guid) && !isCharged(result)) return
    if (row || (await launchOfResult(result)) === 'nothing') return row
    const now = await find.first(store.reader, { providerSessionGuid: guid })
    if (now) return now
    log.error(
      { providerSessionGuid: guid, end, outcome },
      'a result for an unknown session was refused; its sender keeps it',
    )
    throw new Problem('not-found', 'No payment session has this id.')
  }

  /**
   * The row is changed where it is as it was read, so that nothing is read in the transaction: results of many sessions
   * go on side by side. Where another node, or another report, was faster, the row that it has left decides.
   */
  async function record(
    result: SessionResult,
    found: SessionRow,
    configuration: AccountConfiguration | undefined,
  ): Promise<Recorded> {
    for (let row: SessionRow | undefined = found; row; row = await rowOf(result)) {
      const { guid: sessionGuid, account_id: accountId, configuration_id: configurationId, ...was } = row
      const change = changeBy(result, row, clock.now(), configuration ?? defaultResults, seal)
      if (!change) return { state: row.state, isNews: false, message: undefined }
      const status = { ...row, state: change.becomes, updated_at: change.now }
      const message = await store.write(async (tx) => {
        if ((await end.run(tx, { ...was, ...change, guid: sessionGuid })) === 0) return 'changed meanwhile'
        if (!configuration?.webhook) return
        const body = statusText(status, change.text)
        return outbox.write(tx, { accountId, configurationId, sessionGuid, body })
      })
      if (message !== 'changed meanwhile') return { state: change.becomes, isNews: true, message }
    }
    return { state: found.state, isNews: false, message: undefined }
  }

  const events = createRecordEvents({ store, outbox, sessionOf, configurationOf: configurations.find })

  const rowOf = ({ guid }: SessionResult) => find.first(store.reader, { providerSessionGuid: guid })
  return {
    ...events,
    async recordProgress(providerSessionGuid) {
      const row = await sessionOf(providerSessionGuid)
      if (!row || !mayBecome(row.state, 'InProgress')) return
      const now = clock.now()
      const tell = await events.opened(row, now)
      const message = await store.write(async (tx) =>
        (await progress.run(tx, { guid: row.guid, now })) > 0 ? tell?.(tx) : undefined,
      )
      message?.send()
      changed(row.guid)
    },

    async recordResult(result) {
      const found = await sessionOrLaunch(result)
      if (!found) return
      const sessionGuid = found.guid
      const configuration = await configurations.find(found.account_id, found.configuration_id)
      const recorded = await record(result, found, configuration)
      recorded.message?.send()
      if (recorded.isNews)
        log.info({ sessionGuid, end: result.end, outcome: result.outcome }, 'a result was recorded')
      else if (recorded.state === 'Cancelled' && movedMoney(result)) {
        log.error(
          { sessionGuid, outcome: result.outcome },
          'a card was charged in a session that had been cancelled: check and refund',
        )
      }
      settled.delete(sessionGuid)
      endings.announce(sessionGuid)
      changed(sessionGuid)
    },
  }
}

/** Finds a session, also one that is being written at this moment. */
function createSessionOf({
  store,
  find,
  pending,
  inHand,
}: {
  readonly store: Store
  readonly find: ReturnType<typeof prepareStatements>['find']
  readonly pending: PendingLaunches
  readonly inHand: LaunchesInHand
}): (providerSessionGuid: Guid) => Promise<SessionRow | undefined> {
  return async (providerSessionGuid) => {
    const row = await find.first(store.reader, { providerSessionGuid })
    if (row) return row
    await Promise.all([pending.settled(), inHand.ofProviderSession(providerSessionGuid)])
    return find.first(store.reader, { providerSessionGuid })
  }
}

/** What became of a report. */
interface Recorded {
  /** Of the session, from then on. */
  readonly state: PaymentSessionTable['state']
  /** False when it tells nothing new. */
  readonly isNews: boolean
  /** To the webhook, where there is one. */
  readonly message: Written | undefined
}

/** Of a configuration that is there no more. */
const defaultResults: ResultSettings = { resultTemplate: 'cybersource' }

const movedMoney = ({ outcome }: SessionResult) => outcome === 'approved' || outcome === 'review'

/** The columns that a result is recorded by, and that a status is made of. */
const columns = [
  'guid',
  'account_id',
  'configuration_id',
  'call_guid',
  'provider_session_guid',
  'state',
  'created_at',
  'updated_at',
  'ended_at',
  'sealed_payment_data',
  'sealed_result',
  'awaits_outcome',
  'correction',
] as const

type SessionRow = Pick<PaymentSessionTable, (typeof columns)[number]>

/** What a result changes in a session; `undefined` when it tells nothing new. */
function changeBy(
  result: SessionResult,
  row: SessionRow,
  now: number,
  settings: ResultSettings,
  seal: SessionSeal,
) {
  if (!isOpen(row.state) && !correctsEnded(result, row)) return
  const requested = row.sealed_payment_data
    ? seal.openRequested(row.guid, row.sealed_payment_data)
    : { order: undefined, paymentData: {} }
  const earlier = row.sealed_result ? seal.openResult(row.guid, row.sealed_result) : undefined
  const data = paymentResultData(settings, { result: withCard(result, earlier), ...requested })
  const text = JSON.stringify(data)
  return {
    becomes: isOpen(row.state) ? stateAfter[result.end] : row.state,
    now,
    endedAt: row.ended_at ?? now,
    text,
    sealed: seal.sealResult(row.guid, text),
    removalAt: now + resultMilliseconds,
    awaitsOutcome: result.outcome === 'unknown' ? (1 as const) : (0 as const),
    corrected: isOpen(row.state) ? null : correctionOf(result),
  }
}

/** Each failure of an order is told once, by its key. */
const correctionOf = ({ correction = 'reconciled', failure }: SessionResult): string =>
  failure ? `${failure.what} ${failure.order}` : correction

/** A second result that does not know the card any more has the one that the first result named. */
function withCard(result: SessionResult, earlier: string | undefined): SessionResult {
  if (result.card || earlier === undefined) return result
  const { cardBrand, cardLast4, cardExpiry = '' } = JSON.parse(earlier) as Readonly<Record<string, string>>
  if (!cardBrand || !cardLast4) return result
  return { ...result, card: { brand: cardBrand, last4: cardLast4, expiry: cardExpiry } }
}

/**
 * Whether a result says of an ended session what was not known at its end, or has been reversed since; or that money has
 * moved in it all the same, and could not be refunded; or that a capture or a refund has failed since.
 */
function correctsEnded(result: SessionResult, row: SessionRow): boolean {
  const { outcome, correction, failure } = result
  if (outcome === 'unknown') return false
  if (failure) return row.correction !== correctionOf(result)
  if (row.awaits_outcome === 1) return true
  if (correction === 'voided') return row.correction !== 'voided'
  return correction === 'reconciled' && row.correction === null && movedMoney(result)
}

function prepareStatements(store: Store) {
  return {
    find: store.prepare((db, p: { providerSessionGuid: Guid }) =>
      db
        .selectFrom('payment_session')
        .select(columns)
        .where('provider_session_guid', '=', p.providerSessionGuid),
    ),
    progress: store.prepare((db, p: { guid: Guid; now: number }) =>
      db
        .updateTable('payment_session')
        .set({ state: 'InProgress', updated_at: p.now })
        .where('guid', '=', p.guid)
        .where('state', '=', 'Created'),
    ),
    /** What a result is to a session follows from its state, and from what is known and told of its outcome. */
    end: store.prepare((db, p: Ending) =>
      db
        .updateTable('payment_session')
        .set({
          state: p.becomes,
          updated_at: p.now,
          ended_at: p.endedAt,
          sealed_result: p.sealed,
          result_removal_at: p.removalAt,
          awaits_outcome: p.awaitsOutcome,
          correction: p.corrected,
        })
        .where('guid', '=', p.guid)
        .where('state', '=', p.state)
        .where('awaits_outcome', '=', p.awaits_outcome)
        .where('correction', 'is not distinct from', p.correction),
    ),
  }
}

type Ending = Pick<SessionRow, 'guid' | 'state' | 'awaits_outcome' | 'correction'> & {
  readonly becomes: PaymentSessionTable['state']
  readonly now: number
  readonly endedAt: number
  readonly sealed: Uint8Array
  readonly removalAt: number
  readonly awaitsOutcome: 0 | 1
  readonly corrected: PaymentSessionTable['correction']
}
