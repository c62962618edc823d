import { prepareRecord } from '../../audit/record.ts'
import type { Parts } from '../../base/parts.ts'
import type { MadeSafe } from '../../cli/databases.ts'
import { prepareEndAllGrants } from '../../identity/end-all-grants.ts'
import { makePairs } from '../../identity/keys/rotate-keys.ts'
import { prepareStoredKeys } from '../../identity/keys/stored-keys.ts'
import { prepareLookAtOnce } from '../../payments/remote-provider/look-at-once.ts'
import type { StoreParts } from '../../store/parts.ts'
import { prepareEndRestoredSessions } from '../../vault/session/end-restored-sessions.ts'
import { prepareCredentialStates } from './credential-states.ts'

/**
 * Makes a database safe that is older than what has happened since, in one transaction; no server works on it. What was open
 * ends, since it may have been paid: the server reports that and asks the gateways as soon as it runs. What was issued is
 * good no more, since it may have been revoked. All signing keys are replaced, since one may have been withdrawn.
 */
export async function makeSafe(
  parts: Pick<StoreParts, 'store'> & Pick<Parts, 'sealer' | 'clock' | 'region'>,
): Promise<MadeSafe> {
  const { store, clock } = parts
  const keys = prepareStoredKeys(store)
  const endGrants = prepareEndAllGrants(parts)
  const endSessions = prepareEndRestoredSessions(parts)
  const record = prepareRecord(parts)
  const lookAtOnce = prepareLookAtOnce(store)
  const credentials = await prepareCredentialStates(store)()
  const pairs = await makePairs(await keys.all(), parts)
  const now = clock.now()
  const done = await store.write(async (tx) => {
    await keys.replaceAllIn(tx, pairs, now)
    const grants = await endGrants(tx)
    const sessions = await endSessions(tx)
    const target = { kind: 'database', id: parts.region.name }
    const details = { count: sessions.sessions, keys: pairs.map(({ kid }) => kid) }
    await record(tx, { action: 'database.make-safe', target, account: null, details })
    return { grants, sessions, providerSessions: await lookAtOnce.run(tx, {}) }
  })
  await store.scrub()
  return {
    at: new Date(now).toISOString(),
    sessionsEnded: done.sessions.sessions,
    chargesToReconcile: done.sessions.toReconcile,
    providerSessionsToAsk: done.providerSessions,
    signInsEnded: done.grants.signIns,
    refreshTokensRevoked: done.grants.refreshTokens,
    authorizationCodesRevoked: done.grants.authorizationCodes,
    newSigningKeys: pairs.map(({ kid }) => kid),
    credentials,
  }
}
