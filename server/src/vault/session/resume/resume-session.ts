import type { Guid } from '../../../base/guid.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { ChargeAttempt } from '../../charge/attempt.ts'
import type { Charges } from '../../charge/charges.ts'
import type { UnderWay } from '../../charge/under-way.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Launch } from '../../model/launch.ts'
import type { SessionMeter } from '../../model/session-meter.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { OpenSessions } from '../open-sessions.ts'
import type { ResultReports } from '../reports/report-results.ts'
import { createEndUnreadable } from './end-unreadable.ts'
import { type OpenRow, readOpenRow } from './read-open-row.ts'

export interface ResumeParts extends Pick<StoreParts, 'store' | 'clock' | 'sealer' | 'log' | 'tracer'> {
  readonly rows: VaultRows
  readonly sessions: OpenSessions
  readonly charges: Charges
  readonly reports: ResultReports
  readonly due: (at: number) => void
  readonly links: PaymentLinks
  readonly track: UnderWay['track']
  readonly closing: AbortSignal
  /** A session has become this node's: its call is to be too. */
  readonly takenOver: (guid: Guid) => void
  /** Whether a payment session is there that a session was launched for. */
  readonly isWanted: (sessionGuid: Guid) => Promise<boolean>
  readonly sessionMeter?: SessionMeter
}

export type SessionRow = Awaited<ReturnType<VaultRows['takeOrphaned']['all']>>[number]
type ReadableRow = Extract<OpenRow, { readonly launch: Launch }>

/** Brings a session that has become this node's back to life, with the charge that was under way in it. */
export function createResumeSession(
  parts: ResumeParts,
): (row: SessionRow, attempt: ChargeAttempt | undefined) => void {
  const { sessions, charges, reports, clock, takenOver, log } = parts
  const endUnreadable = createEndUnreadable(parts)

  function resumeCharge(attempt: ChargeAttempt, launch: Launch): void {
    const { guid, charged } = attempt
    sessions
      .find(guid)
      ?.resumeCharge(charged, (challenged) => charges.resume(attempt, launch, challenged))
      .catch((error) => log.error({ err: error, capture: guid }, 'a charge could not be resumed'))
  }

  function add(row: SessionRow, kept: ReadableRow, attempt: ChargeAttempt | undefined): void {
    sessions.add({
      guid: row.guid,
      epoch: row.epoch,
      launch: kept.launch,
      expiresAt: row.expires_at,
      activeAt: clock.now(),
      progress: kept.progress,
      sealedFields: attempt ? null : row.sealed_fields,
      refreshTokens: row.refresh_tokens,
      course: row.course,
      viewAccess: row.view_closed_at === null ? 'open' : 'closed',
    })
  }

  return (row, attempt) => {
    if (row.sealed_launch === null) return
    const guid = row.guid
    const kept = readOpenRow({ ...row, sealed_launch: row.sealed_launch }, parts)
    if ('error' in kept) {
      const sealedCard = attempt?.charged ? row.sealed_fields : null
      void endUnreadable({ ...kept, guid, epoch: row.epoch, attempt, sealedCard })
      return
    }
    const { launch, progress } = kept
    add(row, kept, attempt)
    takenOver(guid)
    if (row.untold_progress === 1) reports.begun(guid, 'kept')
    if (launch.tellsProgress) reports.progressed(guid)
    if (attempt) resumeCharge(attempt, launch)
    else if (launch.keptCard && row.awaits_opening === 0) sessions.find(guid)?.chargeKept()
    else if (progress.link.sent?.state === 'sending' && row.awaits_opening === 0)
      void sessions.find(guid)?.resendPendingLink()
  }
}
