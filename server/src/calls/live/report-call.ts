import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'
import type { Platform } from '../platforms/platform.ts'
import { callerPurpose, lineOf, noSuchCall, type ReportedCall, type ToldCall, toldOf } from './live-call.ts'
import type { LiveCallContext } from './live-call-context.ts'

/**
 * Makes a call, or takes what its platform tells more of it (contract/calls §2). An agent is active on one: the former is
 * held from now on.
 *
 * @throws {Problem} `not-found` for another platform's, `call-has-session` for another agent while a session is open on it,
 *   `invalid-request` for the name of another call.
 */
export async function reportCall(
  { store, sealer, clock, rows, lines }: LiveCallContext,
  platform: Platform,
  { guid, told }: { readonly guid: Guid; readonly told: ReportedCall },
): Promise<ToldCall> {
  const before = await rows.find.first(store.reader, { guid })
  const line = lines.sessionOf(guid)
  if (before)
    requireSameCall(before, platform, { told, hasSession: line !== undefined && line.state !== 'ended' })
  const { caller, media } = told
  const news: LiveCallTable = {
    guid,
    account_id: platform.accountId,
    platform_guid: platform.guid,
    agent_id: told.agentId,
    state: told.state,
    reference: told.reference,
    sealed_caller: caller === null ? null : sealer.seal(callerPurpose(guid), Buffer.from(caller)),
    media: media === null ? null : JSON.stringify(media),
    heard_at: clock.now(),
    session_guid: null,
    recording: 'continue',
  }
  await write({ store, rows }, news)
  const row: LiveCallTable = {
    ...news,
    reference: news.reference ?? before?.reference ?? null,
    sealed_caller: news.sealed_caller ?? before?.sealed_caller ?? null,
    media: news.media ?? before?.media ?? null,
  }
  if (before) await lines.changed(lineOf(row), told.secured === false ? 'not-secured' : 'as-it-was')
  return toldOf(row, lines.sessionOf(guid))
}

function requireSameCall(
  before: LiveCallTable,
  platform: Platform,
  { told, hasSession }: { readonly told: ReportedCall; readonly hasSession: boolean },
): void {
  if (before.platform_guid !== platform.guid) throw noSuchCall()
  if (!hasSession || before.agent_id === told.agentId) return
  throw new Problem(
    'call-has-session',
    'This call has an open payment session, so its agent cannot change. Cancel the session first.',
  )
}

async function write(
  { store, rows }: Pick<LiveCallContext, 'store' | 'rows'>,
  row: LiveCallTable,
): Promise<void> {
  const { guid, account_id: accountId, agent_id: agentId } = row
  try {
    await store.write(async (tx) => {
      if ((await rows.tell.run(tx, row)) === 0) throw noSuchCall()
      if (row.state === 'active') await rows.holdOthers.run(tx, { accountId, agentId, guid })
    })
  } catch (error) {
    if (!(error instanceof UniqueViolation)) throw error
    throw new Problem('invalid-request', 'The request is not valid: /reference belongs to another call.', {
      errors: [{ path: '/reference', message: 'belongs to another call' }],
    })
  }
}
