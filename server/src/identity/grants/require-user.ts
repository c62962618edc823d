import type { Guid } from '../../base/guid.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { KnownUser, KnownUsers } from '../users/known-users.ts'

/**
 * The person in whose name a client holds a grant, as they are at the moment.
 *
 * @throws {OAuthError} `invalid_grant` when they are disabled, or the client is for people of its own account and
 *   they are of another.
 */
export async function requireUser(users: KnownUsers, id: Guid, client: Client): Promise<KnownUser> {
  const user = await users.find(id)
  if (user !== undefined && (client.shared || user.account.id === client.account.id)) return user
  throw new OAuthError('invalid_grant', { description: 'This user may not sign in with this client' })
}
