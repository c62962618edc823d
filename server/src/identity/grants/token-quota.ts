import type { FastifyReply } from 'fastify'
import { networkOf } from '../../base/throttle/network-of.ts'
import { quotaHeaders, type RateLimit } from '../../base/throttle/rate-limit.ts'
import type { Client } from '../clients/known-clients.ts'
import type { FormParameters } from '../endpoints/form-parameters.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { canonicalUsername, maxUsernameCharacters } from '../users/find-user.ts'

/**
 * Counts a token request for whoever it has proved to come from, so that nobody uses up what is another's: a client
 * that speaks for itself, or a person with that client. What proves nobody is counted apart, by the client where that has
 * authenticated, and by the network of a public client, which anybody can say to be.
 */
export interface TokenQuota {
  /** @throws {OAuthError} `temporarily_unavailable` when there are too many of them. */
  proven(userId: string): void
  /** The request was refused: unless it was counted before, it has proved nobody. Throws as {@link proven} does. */
  refused(): void
}

/** @param rateLimit null: there is no limit. */
export function startTokenQuota({
  rateLimit,
  client,
  parameters,
  address,
  reply,
}: {
  readonly rateLimit: RateLimit | null
  readonly client: Client
  readonly parameters: FormParameters
  readonly address: string
  readonly reply: FastifyReply
}): TokenQuota {
  let isCounted = rateLimit === null

  function count(who: string): void {
    isCounted = true
    if (rateLimit !== null) reply.headers(takeQuota(rateLimit, who))
  }

  const itself = speaksForItself(client, parameters)
  if (itself !== undefined) count(itself)
  return {
    proven: (userId) => count(`${client.id} person ${userId}`),
    refused() {
      const nobody = client.clientType === 'public' ? `network ${networkOf(address)}` : `${client.id} refused`
      if (!isCounted) count(nobody)
    },
  }
}

/** A code and a refresh token prove a person; that is known once they have been looked at. */
const provingGrants: ReadonlySet<string | undefined> = new Set(['authorization_code', 'refresh_token'])

/**
 * Whom a client's own authentication proves. It sends the passwords of many people: whoever tries one name with it uses
 * up nothing of another's.
 */
function speaksForItself({ id, clientType }: Client, parameters: FormParameters): string | undefined {
  const grantType = parameters.get('grant_type')
  if (clientType === 'public' || provingGrants.has(grantType)) return undefined
  if (grantType !== 'password') return id
  const username = (parameters.get('username') ?? '').slice(0, maxUsernameCharacters)
  return `${id} username ${canonicalUsername(username)}`
}

function takeQuota(rateLimit: RateLimit, who: string): Record<string, string> {
  const quota = rateLimit.take(who)
  const headers = quotaHeaders(quota)
  if (quota.allowed) return headers
  const description = 'This client has sent too many token requests. Try again later.'
  throw new OAuthError('temporarily_unavailable', { description, headers })
}
