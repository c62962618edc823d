import type { Outcome, SessionResult } from '@tonegate/protocol/outcome'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { ProviderReports } from '../provider.ts'
import { nextLook } from './next-look.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import { createResultSeal } from './result-seal.ts'

/** Nobody else hands a result on that has just been taken. */
const holdMilliseconds = 30_000
const firstPause = 1_000
const maxPause = 60_000
/** After a refusal only an operator can help. */
const maxPauseRefused = 3_600_000

export interface TakeResult {
  /**
   * Takes what a provider says of a session, durable when it resolves, and hands it to the payment session. Only the
   * first end counts, an outcome that was `unknown` may become known once, and
   * a payment may be voided. What comes after that changes nothing;
   * money that moves after that is recorded beside it and logged.
   */
  take(result: SessionResult): Promise<void>
  /** Hands on what was taken and not handed on. What cannot be handed on is due again, by its row. */
  handOn(guid: Guid): Promise<void>
}

export function createTakeResult({
  store,
  rows,
  sealer,
  reports,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly reports: Pick<ProviderReports, 'recordResult'>
}): TakeResult {
  const seal = createResultSeal({ sealer, log })
  const onSession = createOneAtATime()
  const record = prepareRecord({ store, clock })

  async function take(result: SessionResult): Promise<void> {
    const { guid } = result
    await onSession(guid, async () => {
      const { change, recorded } = await write(result)
      if (change === 'decide') await report(guid)
      if (change === 'keep beside') warnOfContradiction(log, result, recorded)
    })
  }

  /** What was recorded is still so when it is changed; otherwise another node was faster, and what it has written decides. */
  async function write(result: SessionResult) {
    const { guid, outcome: said } = result
    for (;;) {
      const row = await rows.find.first(store.reader, { guid })
      const change = row && changeBy(result, row)
      if (!change) return {}
      const late = row.outcome === 'unknown' ? ({ correction: 'reconciled' } as const) : {}
      const sealed = seal.seal({ ...late, ...result })
      const written = await store.write(async (tx) => {
        if (change === 'keep beside') return rows.keepLater.run(tx, { ...row, guid, said })
        const changes = await rows.decide.run(tx, {
          ...row,
          guid,
          said,
          sealed,
          ...heldFrom(clock.now(), row),
        })
        if (changes === 1) await record(tx, endedEntry(row, result))
        return changes
      })
      if (written === 1) return { change, recorded: row.outcome }
    }
  }

  const heldFrom = (now: number, { ended_at }: RemoteSessionTable) => ({
    endedAt: ended_at ?? now,
    heldUntil: now + holdMilliseconds,
    node: store.nodeId,
  })

  async function report(guid: Guid): Promise<void> {
    const row = await rows.find.first(store.reader, { guid })
    const sealed = row?.sealed_result
    if (!sealed) return
    const result = seal.open(guid, sealed)
    try {
      await reports.recordResult(result)
      const nextLookAt = nextLook(row, clock.now())
      await store.write((tx) => rows.reported.run(tx, { guid, sealed, nextLookAt }))
    } catch (error) {
      const isRefused = error instanceof Problem && error.status < 500
      const said = { err: error, providerSessionGuid: guid, outcome: result.outcome }
      if (isRefused)
        log.error(said, 'a result belongs to an unknown session; it is kept and will be handed on again')
      else log.error(said, 'a result was not accepted; it will be handed on again')
      const at = handOnAt(row, clock.now(), isRefused ? maxPauseRefused : maxPause)
      await store.write((tx) => rows.reportLater.run(tx, { guid, sealed, at }))
    }
  }

  return { take, handOn: (guid) => onSession(guid, () => report(guid)) }
}

/** An outcome that was not known at the end is told later. */
const endedEntry = (
  { account_id, outcome: before }: RemoteSessionTable,
  { guid, end, outcome }: SessionResult,
) =>
  ({
    action: before === null ? 'session.end' : 'payment.outcome',
    target: { kind: 'session', id: guid },
    account: account_id,
    outcome: before === null ? end : outcome,
  }) as const

/** In as long again as it has taken since the end, within bounds. */
function handOnAt({ ended_at }: RemoteSessionTable, now: number, longest: number): number {
  const since = now - (ended_at ?? now)
  return now + Math.min(since + firstPause, longest)
}

function warnOfContradiction(
  log: Log,
  { guid, outcome }: SessionResult,
  recorded: Outcome | null | undefined,
): void {
  const what = { providerSessionGuid: guid, recorded, outcome }
  if (movedMoney(outcome))
    log.error(
      what,
      'the provider reports a charge for a session that ended without payment: check at the provider',
    )
  else log.warn(what, 'the provider reports a different end for a session than before: check at the provider')
}

const movedMoney = (outcome: Outcome) => outcome === 'approved' || outcome === 'review'

/** What a result is to a session that was recorded so far as this row says. */
function changeBy(
  { outcome, correction }: SessionResult,
  row: RemoteSessionTable,
): 'decide' | 'keep beside' | undefined {
  if (row.outcome === null) return 'decide'
  if (outcome === 'unknown' || outcome === row.outcome) return
  if (row.outcome === 'unknown' || correction === 'voided') return 'decide'
  return row.later_outcome === outcome ? undefined : 'keep beside'
}
