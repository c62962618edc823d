import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'
import type { HeldCall } from '../lines/lines-elsewhere.ts'
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
  if (before) {
    const state = (await lines.elsewhere.stateOf(before))?.state ?? 'ended'
    requireSameCall(before, platform, { told, hasSession: state !== 'ended' })
  }
  const { caller, media } = told
  const news = {
    guid,
    account_id: platform.accountId,
    platform_guid: platform.guid,
    agent_id: told.agentId,
    state: told.state,
    reference: told.reference,
    sealed_caller: caller === null ? null : sealer.seal(callerPurpose(guid), Buffer.from(caller)),
    media: media === null ? null : JSON.stringify(media),
    heard_at: clock.now(),
  }
  const call = await write({ store, rows }, news)
  const row = {
    ...news,
    reference: news.reference ?? before?.reference ?? null,
    media: news.media ?? before?.media ?? null,
  }
  if (before) {
    await lines.elsewhere.changed(call, lineOf(row), told.secured === false ? 'not-secured' : 'as-it-was')
  }
  return toldOf(row, await lines.elsewhere.stateOf(call))
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

/** Two calls may become the same agent's active one at once, at two nodes: the later of them holds the former. */
const maxTries = 5

async function write(
  { store, rows }: Pick<LiveCallContext, 'store' | 'rows'>,
  row: Parameters<LiveCallContext['rows']['tell']['first']>[1],
): Promise<HeldCall> {
  const { guid, account_id: accountId, agent_id: agentId } = row
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.write(async (tx) => {
        if (row.state === 'active') await rows.holdOthers.run(tx, { accountId, agentId, guid })
        const told = await rows.tell.first(tx, row)
        if (!told) throw noSuchCall()
        return told
      })
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      if (tries === maxTries || (await isNameOfAnother({ store, rows }, row))) throw referenceOfAnother()
    }
  }
}

async function isNameOfAnother(
  { store, rows }: Pick<LiveCallContext, 'store' | 'rows'>,
  {
    guid,
    platform_guid: platformGuid,
    reference,
  }: Pick<LiveCallTable, 'guid' | 'platform_guid' | 'reference'>,
): Promise<boolean> {
  if (reference === null) return false
  const named = await rows.findNamed.first(store.reader, { platformGuid, reference })
  return named !== undefined && named.guid !== guid
}

const referenceOfAnother = () =>
  new Problem('invalid-request', 'The request is not valid: /reference belongs to another call.', {
    errors: [{ path: '/reference', message: 'belongs to another call' }],
  })
