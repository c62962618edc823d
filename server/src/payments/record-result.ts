import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import type { Store } from '../store/store.ts'
import type { PaymentSessionTable } from '../store/tables.ts'
import type { CaptureResult } from '../vault/capture-result.ts'
import type { Configurations } from './configurations.ts'
import type { PendingLaunches } from './pending-launches.ts'
import type { ProviderReports } from './provider.ts'
import { paymentResultData, type ResultSettings } from './result-template.ts'
import { resultMilliseconds } from './retention.ts'
import type { SessionSeal } from './seal-session.ts'
import type { SessionEndings } from './session-endings.ts'
import { isOpen, mayBecome, stateAfter } from './session-state.ts'
import type { SettledAnswers } from './settled-answers.ts'

/**
 * Takes what the provider reports into the session (contract/payment-api §4). Each report may come more than
 * once, and before the session that it speaks of is committed. A terminal state never changes; but an outcome
 * that was `unknown` at the end and becomes known later, and one that was authorised and let go, replace the result,
 * which then has its 15 minutes.
 */
export function createReports({
  store,
  clock,
  log,
  configurations,
  pending,
  endings,
  settled,
  seal,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly configurations: Configurations
  readonly pending: PendingLaunches
  readonly endings: SessionEndings
  readonly settled: SettledAnswers
  readonly seal: SessionSeal
}): ProviderReports {
  const { find, progress, end } = prepareStatements(store)

  async function sessionOf(providerSessionGuid: Guid) {
    const row = await find.first(store.reader, { providerSessionGuid })
    if (row) return row
    await pending.settled()
    return find.first(store.reader, { providerSessionGuid })
  }

  return {
    async recordProgress(providerSessionGuid) {
      const row = await sessionOf(providerSessionGuid)
      if (!row || !mayBecome(row.state, 'InProgress')) return
      await store.write((tx) => progress.run(tx, { guid: row.guid, now: clock.now() }))
    },

    async recordResult(result) {
      const providerSessionGuid = result.guid
      const found = await sessionOf(providerSessionGuid)
      if (!found) {
        log.warn(
          { providerSessionGuid, end: result.end },
          'a result came for a session that was never opened',
        )
        return
      }
      const sessionGuid = found.guid
      const configuration = await configurations.find(found.account_id, found.configuration_id)
      const recorded = await store.write(async (tx) => {
        const row = await find.first(tx, { providerSessionGuid })
        const change = row && changeBy(result, row, clock.now(), configuration ?? usualResults, seal)
        return change && (await end.run(tx, { ...change, guid: sessionGuid }))
      })
      if (recorded)
        log.info({ sessionGuid, end: result.end, outcome: result.outcome }, 'a result was recorded')
      else if (found.state === 'Cancelled' && movedMoney(result)) {
        log.error({ sessionGuid, outcome: result.outcome }, 'money moved in a session that was cancelled')
      }
      settled.delete(sessionGuid)
      endings.announce(sessionGuid)
    },
  }
}

/** Of a configuration that is there no more. */
const usualResults: ResultSettings = { resultTemplate: 'cybersource' }

const movedMoney = ({ outcome }: CaptureResult) => outcome === 'approved' || outcome === 'review'

type SessionRow = Pick<
  PaymentSessionTable,
  | 'guid'
  | 'account_id'
  | 'configuration_id'
  | 'state'
  | 'ended_at'
  | 'sealed_payment_data'
  | 'sealed_result'
  | 'awaits_outcome'
>

/** What a result changes in a session; `undefined` when it tells nothing new. */
function changeBy(
  result: CaptureResult,
  row: SessionRow,
  now: number,
  settings: ResultSettings,
  seal: SessionSeal,
) {
  const outcomeIsNews = row.awaits_outcome === 1 && result.outcome !== 'unknown'
  if (!isOpen(row.state) && !outcomeIsNews && result.correction !== 'voided') return
  const requested = row.sealed_payment_data
    ? seal.openRequested(row.guid, row.sealed_payment_data)
    : { order: undefined, paymentData: {} }
  const earlier = row.sealed_result ? seal.openResult(row.guid, row.sealed_result) : undefined
  const data = paymentResultData(settings, { result: withCard(result, earlier), ...requested })
  return {
    state: isOpen(row.state) ? stateAfter[result.end] : row.state,
    now,
    endedAt: row.ended_at ?? now,
    sealed: seal.sealResult(row.guid, JSON.stringify(data)),
    removalAt: now + resultMilliseconds,
    awaitsOutcome: result.outcome === 'unknown' ? (1 as const) : (0 as const),
  }
}

/** A second result that does not know the card any more has the one that the first result named. */
function withCard(result: CaptureResult, earlier: string | undefined): CaptureResult {
  if (result.card || earlier === undefined) return result
  const { cardBrand, cardLast4, cardExpiry = '' } = JSON.parse(earlier) as Readonly<Record<string, string>>
  if (!cardBrand || !cardLast4) return result
  return { ...result, card: { brand: cardBrand, last4: cardLast4, expiry: cardExpiry } }
}

function prepareStatements(store: Store) {
  return {
    find: store.prepare((db, p: { providerSessionGuid: string }) =>
      db
        .selectFrom('payment_session')
        .select([
          'guid',
          'account_id',
          'configuration_id',
          'state',
          'ended_at',
          'sealed_payment_data',
          'sealed_result',
          'awaits_outcome',
        ])
        .where('provider_session_guid', '=', p.providerSessionGuid),
    ),
    progress: store.prepare((db, p: { guid: string; now: number }) =>
      db
        .updateTable('payment_session')
        .set({ state: 'InProgress', updated_at: p.now })
        .where('guid', '=', p.guid)
        .where('state', '=', 'Created'),
    ),
    end: store.prepare(
      (
        db,
        p: {
          guid: string
          state: PaymentSessionTable['state']
          now: number
          endedAt: number
          sealed: Uint8Array
          removalAt: number
          awaitsOutcome: 0 | 1
        },
      ) =>
        db
          .updateTable('payment_session')
          .set({
            state: p.state,
            updated_at: p.now,
            ended_at: p.endedAt,
            sealed_result: p.sealed,
            result_removal_at: p.removalAt,
            awaits_outcome: p.awaitsOutcome,
          })
          .where('guid', '=', p.guid),
    ),
  }
}
