import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Region } from '../../base/region.ts'
import type { BearerCheck, Caller } from '../bearer.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import { protectedResourceMetadataUrl } from '../discovery.ts'
import { paymentScope } from '../scopes.ts'
import type { AccessToken, VerifyAccessToken } from './verify-access-token.ts'

/** A token of this many characters or more is refused before anything is done with it. */
const refusedLength = 16 * 1024
const mostVerified = 20_000

/**
 * Makes the bearer check (contract/authentication §6). A token that was verified before costs a look-up, and
 * the answer comes without a promise, as long as its client was read within the last second.
 *
 * @returns `check`, and `drop`, after which a token is verified anew.
 */
export function createBearerCheck({
  clock,
  region,
  clients,
  verify,
}: {
  readonly clock: Clock
  readonly region: Region
  readonly clients: KnownClients
  readonly verify: VerifyAccessToken
}): { readonly check: BearerCheck; readonly drop: (jti: string) => void } {
  const verified = new LRUCache<string, AccessToken>({ max: mostVerified })
  const refusals = prepareRefusals(region)

  async function verifyNew(text: string): Promise<Caller> {
    const token = await verify(text)
    if (token === 'expired') throw refusals.expired()
    if (token === 'invalid') throw refusals.invalid()
    verified.set(text, token)
    return callerOf(token, await clients.find(token.clientId))
  }

  function callerOf(token: AccessToken, client: Client | undefined): Caller {
    if (client === undefined || client.account.id !== token.accountId) throw refusals.invalid()
    if (!token.scopes.has(paymentScope)) throw refusals.scopeMissing()
    const { id: clientId, account } = client
    return token.agentId === undefined ? { clientId, account } : { clientId, account, agentId: token.agentId }
  }

  return {
    check(authorization) {
      const scheme = schemeLength(authorization)
      if (authorization === undefined || scheme === 0) throw refusals.noCredentials()
      if (authorization.length - scheme >= refusedLength) throw refusals.invalid()
      const text = authorization.slice(scheme)
      const token = verified.get(text)
      if (token === undefined) return verifyNew(text)
      if (token.expiresAt <= clock.now()) {
        verified.delete(text)
        throw refusals.expired()
      }
      const client = clients.find(token.clientId)
      if (client instanceof Promise) return client.then((found) => callerOf(token, found))
      return callerOf(token, client)
    },
    drop(jti) {
      for (const [text, token] of verified.entries()) if (token.jti === jti) verified.delete(text)
    },
  }
}

const bearer = /^Bearer(?: +|$)/i

/** How many characters `Bearer` and its spaces take; 0 when the header has another scheme. */
function schemeLength(authorization: string | undefined): number {
  if (authorization === undefined) return 0
  return bearer.exec(authorization)?.[0].length ?? 0
}

/** Each refusal with its challenge (RFC 6750 §3, RFC 9728 §5.1). */
function prepareRefusals(region: Region) {
  const resource = `resource_metadata="${protectedResourceMetadataUrl(region)}"`
  const challenge = (...parameters: readonly string[]) => ({
    headers: { 'www-authenticate': `Bearer ${[...parameters, resource].join(', ')}` },
  })
  const none = challenge()
  const invalid = challenge('error="invalid_token"')
  const expired = challenge('error="invalid_token"', 'error_description="The access token expired"')
  const scope = challenge('error="insufficient_scope"', `scope="${paymentScope}"`)
  return {
    noCredentials: () => new Problem('unauthorized', 'Authorization has been denied for this request.', none),
    invalid: () => new Problem('invalid-token', 'The access token is not valid.', invalid),
    expired: () => new Problem('invalid-token', 'The access token expired.', expired),
    scopeMissing: () =>
      new Problem('insufficient-scope', `The access token lacks the scope ${paymentScope}.`, scope),
  }
}
