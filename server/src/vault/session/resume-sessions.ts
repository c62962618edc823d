import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { ChargeAttemptTable } from '../../store/tables.ts'
import type { ChargeAttempt } from '../charge/attempt.ts'
import type { Charges } from '../charge/charges.ts'
import { resultOfEnding } from '../charge/end-of-row.ts'
import type { UnderWay } from '../charge/under-way.ts'
import { type ChargedCard, openChargedCard } from '../fields/sealed-card.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import type { Launch } from '../model/launch.ts'
import { openVisit } from '../model/sealed-challenge.ts'
import { unreadableResultOf } from '../model/unreadable-result.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending } from '../model/vault-sessions.ts'
import { createEndUnreadable } from './end-unreadable.ts'
import type { OpenSessions } from './open-sessions.ts'
import { readOpenRow } from './read-open-row.ts'

/**
 * Takes up what the process before this one left.
 *
 * - An open session comes back to life with its card number and expiry; the security code is asked again.
 * - An open session whose charge was under way is not captured again: its gateway is asked what became of it,
 *   and it ends with that, or as `unknown`. This goes on after the promise has resolved.
 * - The outcome of a session that ended as `unknown` is looked for again.
 * - A payment that was being undone is undone.
 * - A kept card that was to be charged, and was not yet, is charged; not before its launcher has the session.
 * - A link that was being sent is sent, perhaps for the second time; not before its launcher has the session.
 * - Results that nobody took are reported, and that an open session was begun.
 * - A session whose row cannot be read ends alone, as an error and `unknown`.
 */
export function createResume({
  store,
  rows,
  sessions,
  charges,
  report,
  begun,
  due,
  clock,
  sealer,
  links,
  log,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'sealer' | 'log'> & {
  readonly rows: VaultRows
  readonly sessions: OpenSessions
  readonly charges: Charges
  readonly report: (guid: Guid, json: string) => Promise<void>
  readonly begun: (guid: Guid) => void
  readonly due: (at: number) => void
  readonly links: PaymentLinks
  readonly track: UnderWay['track']
  readonly closing: AbortSignal
}): () => Promise<void> {
  const endUnreadable = createEndUnreadable({ store, rows, charges, report, clock, log, ...parts })

  function sealedCardOf(guid: Guid, sealed: Uint8Array | null): ChargedCard | undefined {
    try {
      return sealed ? openChargedCard(sealer, guid, sealed) : undefined
    } catch (error) {
      log.error({ err: error, capture: guid }, 'the sealed card of a charge cannot be decrypted')
      return undefined
    }
  }

  /** Without the fields nobody can say whose answer comes back: the gateway is asked, and nothing is waited for. */
  function challengedIn({
    idempotency_key,
    challenged_at: at,
    sealed_challenge: sealed,
  }: Pick<ChargeAttemptTable, 'idempotency_key' | 'challenged_at' | 'sealed_challenge'>): Pick<
    ChargeAttempt,
    'challenged'
  > {
    if (at === null || sealed === null) return {}
    try {
      return { challenged: { at, ...openVisit(sealer, idempotency_key, sealed) } }
    } catch (error) {
      log.error({ err: error }, 'a sealed bank challenge cannot be decrypted')
      return {}
    }
  }

  function resumeCharge(attempt: ChargeAttempt, launch: Launch): void {
    const { guid, charged } = attempt
    sessions
      .find(guid)
      ?.resumeCharge(charged, (challenged) => charges.resume(attempt, launch, challenged))
      .catch((error) => log.error({ err: error, capture: guid }, 'a charge could not be resumed'))
  }

  async function resumeSessions(attempts: ReadonlyMap<string, ChargeAttempt>): Promise<void> {
    const open = await rows.openSessions.all(store.reader, {})
    for (const row of open) {
      if (row.sealed_launch === null) continue
      const guid = row.guid as Guid
      const attempt = attempts.get(guid)
      const kept = readOpenRow({ ...row, guid, sealed_launch: row.sealed_launch }, { sealer, links })
      if ('error' in kept) {
        const sealedCard = attempt?.charged ? row.sealed_fields : null
        void endUnreadable({ ...kept, guid, attempt, sealedCard })
        continue
      }
      const { launch, progress } = kept
      sessions.add({
        guid,
        launch,
        expiresAt: row.expires_at,
        activeAt: clock.now(),
        progress,
        sealedFields: attempt ? null : row.sealed_fields,
        refreshTokens: row.refresh_tokens,
        course: row.course,
        viewAccess: row.view_closed_at === null ? 'open' : 'closed',
      })
      if (row.untold_progress === 1) begun(guid)
      if (attempt) resumeCharge(attempt, launch)
      else if (launch.keptCard && row.awaits_opening === 0) sessions.find(guid)?.chargeKept()
      else if (progress.link.sent?.state === 'sending' && row.awaits_opening === 0)
        void sessions.find(guid)?.resendPendingLink()
    }
    if (open.length > 0) log.info({ sessions: open.length }, 'open capture sessions were resumed')
    due(clock.now())
  }

  /** One that cannot be read has the place taken of what can be said of its session. */
  async function readableResult(guid: Guid, json: string, ending: string | null): Promise<string> {
    if (parsed(json)) return json
    log.error({ capture: guid }, 'the result of a session cannot be read; only its known end is reported')
    const known = parsed(ending ?? '')
    const result = known ? resultOfEnding(guid, known as Ending) : unreadableResultOf(guid)
    const anew = JSON.stringify(result)
    await store.write((tx) =>
      rows.replaceResult.run(tx, { guid, result: anew, ending: known ? ending : null }),
    )
    return anew
  }

  async function reportAgain(guid: Guid, json: string, ending: string | null): Promise<void> {
    await report(guid, await readableResult(guid, json, ending))
  }

  return async () => {
    const unanswered = await rows.unansweredAttempts.all(store.reader, {})
    const unreported = await rows.unreportedResults.all(store.reader, {})
    const attempts = new Map<string, ChargeAttempt>()
    for (const row of unanswered) {
      const guid = row.capture_guid as Guid
      const attempt = {
        guid,
        tenant: row.tenant_id,
        idempotencyKey: row.idempotency_key,
        gateway: row.gateway,
        purpose: row.purpose,
        order: { amountMinor: row.amount_minor, currency: row.currency },
        requestedAt: row.requested_at,
        lateApproval: row.late_approval,
        charged: sealedCardOf(guid, row.sealed_fields),
        ...challengedIn(row),
      }
      if (row.state === 'open') attempts.set(guid, attempt)
      else charges.watch(attempt)
    }
    await charges.reversals.resume()
    await resumeSessions(attempts)
    await Promise.all(
      unreported.map(({ guid, result, ending }) => result && reportAgain(guid as Guid, result, ending)),
    )
  }
}

/** `undefined` where it is not the JSON of an object. */
function parsed(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
