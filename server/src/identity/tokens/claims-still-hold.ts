import type { Access } from '../bearer.ts'
import type { Client } from '../clients/known-clients.ts'
import type { KnownUser } from '../users/known-users.ts'

/**
 * Whether what a token says of its client and its person is so at this moment. A person who has become another agent,
 * or none, needs another token: what a program was told it may do must not change under it.
 */
export function claimsStillHold(
  token: Omit<Access, 'jti' | 'clientId'>,
  client: Client,
  user: KnownUser | undefined,
): boolean {
  if (token.madeAt <= client.tokensValidFrom) return false
  if (token.userId === undefined) return client.account.id === token.accountId
  if (user === undefined || token.madeAt <= user.tokensValidFrom) return false
  if (user.account.id !== token.accountId) return false
  if ((user.agentId ?? undefined) !== token.agentId) return false
  return client.shared || client.account.id === user.account.id
}
