import type { Access } from '../bearer.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import type { KnownUser, KnownUsers } from '../users/known-users.ts'
import { claimsStillHold } from './claims-still-hold.ts'
import type { Revocations } from './revocations.ts'

/**
 * Which accesses have ended: whose client or person has been disabled or deleted, has become another agent, or has had
 * all tokens ended since. An access does not end with its token's expiry. The token of a person has ended too when it, or
 * the grant that it came of, was revoked; one that a back end gives back ends nothing that it opened before.
 *
 * Clients and people are read anew.
 *
 * @param of `token`: which tokens are good no more, for what goes on by them; then one that a back end gives back has ended.
 */
export type FindEnded = <A extends Access>(
  accesses: readonly A[],
  of?: 'what-was-opened' | 'token',
) => Promise<readonly A[]>

export function createFindEnded({
  clients,
  users,
  revocations,
}: {
  readonly clients: KnownClients
  readonly users: KnownUsers
  readonly revocations: Revocations
}): FindEnded {
  async function hasEnded(access: Access, of: 'what-was-opened' | 'token'): Promise<boolean> {
    const { userId, jti } = access
    if ((userId !== undefined || of === 'token') && revocations.isRevoked(jti)) return true
    const client: Client | undefined = await clients.find(access.clientId)
    const user: KnownUser | undefined = userId === undefined ? undefined : await users.find(userId)
    return client === undefined || !claimsStillHold(access, client, user)
  }

  return async (accesses, of = 'what-was-opened') => {
    for (const { clientId, userId } of accesses) {
      clients.forget(clientId)
      if (userId !== undefined) users.forget(userId)
    }
    const ended = []
    for (const access of accesses) if (await hasEnded(access, of)) ended.push(access)
    return ended
  }
}
