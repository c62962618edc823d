import type { Guid } from '../../../base/guid.ts'
import { inSpanOrTrace } from '../../../base/tracing/in-span.ts'
import type { GoneHolder } from '../../../store/nodes/gone-holders.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { ChargeAttempt } from '../../charge/attempt.ts'
import type { Charges } from '../../charge/charges.ts'
import { createReadAttempt } from '../../charge/read-attempt.ts'
import type { UnderWay } from '../../charge/under-way.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Launch } from '../../model/launch.ts'
import type { SessionMeter } from '../../model/session-meter.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { OpenSessions } from '../open-sessions.ts'
import type { ResultReports } from '../reports/report-results.ts'
import { createCallOffUnwanted } from './call-off-unwanted.ts'
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

type SessionRow = Awaited<ReturnType<VaultRows['takeOrphaned']['all']>>[number]
type ReadableRow = Extract<OpenRow, { readonly launch: Launch }>

/** So many sessions are taken over at a time. */
const batchRows = 200

/**
 * Takes over the open sessions that nobody has: whose node is not there any more. Each comes with the charge that was under
 * way in it. Of several nodes that do so at once each gets others.
 */
export function createResumeOpenSessions(parts: ResumeParts): () => Promise<void> {
  const { store, rows, sessions, charges, reports, due, clock, closing, takenOver, log, tracer } = parts
  const endUnreadable = createEndUnreadable(parts)
  const readAttempt = createReadAttempt(parts)
  const callOffUnwanted = createCallOffUnwanted(parts)

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

  function resumeSession(row: SessionRow, attempt: ChargeAttempt | undefined): void {
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
    if (attempt) resumeCharge(attempt, launch)
    else if (launch.keptCard && row.awaits_opening === 0) sessions.find(guid)?.chargeKept()
    else if (progress.link.sent?.state === 'sending' && row.awaits_opening === 0)
      void sessions.find(guid)?.resendPendingLink()
  }

  /** What was begun by a former owner: it changes nothing in these sessions any more, and this is all of it. */
  async function attemptsOf(): Promise<ReadonlyMap<string, ChargeAttempt>> {
    const unanswered = await rows.ownUnanswered.all(store.reader, { owner: store.nodeId })
    return new Map(unanswered.map((row) => [row.capture_guid, readAttempt(row)]))
  }

  async function takeSome(before: GoneHolder): Promise<number> {
    const order = { owner: store.nodeId, before, limit: batchRows }
    const taken = await store.write((tx) => rows.takeOrphaned.all(tx, order))
    const attempts = taken.length > 0 ? await attemptsOf() : new Map()
    for (const row of taken) resumeSession(row, attempts.get(row.guid))
    await Promise.all(taken.map(callOffUnwanted))
    return taken.length
  }

  async function takeAll(before: GoneHolder): Promise<number> {
    let sessionsTaken = 0
    for (let taken = batchRows; taken === batchRows && !closing.aborted; sessionsTaken += taken)
      taken = await takeSome(before)
    return sessionsTaken
  }

  return async () => {
    let sessionsTaken = 0
    for (const { id } of await rows.goneOwners.all(store.reader, {}))
      sessionsTaken += await inSpanOrTrace(tracer, 'take over sessions', {}, () => takeAll(id))
    if (sessionsTaken === 0) return
    log.info({ sessions: sessionsTaken }, 'open capture sessions were resumed')
    due(clock.now())
  }
}
