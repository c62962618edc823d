import { hash, timingSafeEqual } from 'node:crypto'
import { parseGuid } from '../../base/guid.ts'
import type { Attempt, Throttle } from '../../base/throttle.ts'
import { OAuthError } from '../oauth-error.ts'
import type { CheckAssertion } from './client-assertion.ts'
import type { Client, KnownClients } from './known-clients.ts'
import { invalidClient, type PresentedCredentials } from './presented-credentials.ts'

/** Compared with when there is nothing to compare with, so that an unknown id takes as long as a known one. */
const dummyDigests: readonly Uint8Array[] = [new Uint8Array(32)]

/**
 * Client authentication (RFC 6749 §2.3.1, §3.2.1, RFC 7523 §2.2). A public client is identified, not authenticated:
 * it has no secret to prove. A client that was registered with keys authenticates by them and by nothing else.
 *
 * @throws {OAuthError} `invalid_client` when the client is unknown, disabled, or its secret or assertion is wrong;
 *   `temporarily_unavailable` after too many failures, whatever the secret.
 */
export function createClientAuthentication({
  clients,
  checkAssertion,
  throttle,
}: {
  readonly clients: KnownClients
  readonly checkAssertion: CheckAssertion
  readonly throttle: Throttle
}) {
  function refuse(attempt: Attempt, method: PresentedCredentials['method'], reason?: string): OAuthError {
    throttle.recordFailure(attempt)
    return invalidClient(method, reason)
  }

  return async (credentials: PresentedCredentials, address: string): Promise<Client> => {
    const { method, assertion, secret } = credentials
    const clientId = parseGuid(credentials.id) ?? null
    const found = clientId === null ? undefined : clients.find(clientId)
    const client = found instanceof Promise ? await found : found
    const attempt = throttle.attempt(clientId, address)
    const wait = throttle.wait(attempt)
    if (wait !== undefined) throw tooManyFailures(wait)
    if (assertion !== undefined) {
      if (client === undefined) throw refuse(attempt, method)
      const checked = await checkAssertion(assertion, client)
      if (checked.outcome === 'refused') throw refuse(attempt, method, checked.reason)
      throttle.recordSuccess(attempt)
      return client
    }
    if (client?.clientType === 'public' && secret === undefined) return client
    if (!isLiveSecret(secret ?? '', client) || client === undefined) throw refuse(attempt, method)
    throttle.recordSuccess(attempt)
    return client
  }
}

function isLiveSecret(secret: string | Uint8Array, client: Client | undefined): boolean {
  const digest = hash('sha256', secret, 'buffer')
  const hasSecrets = client !== undefined && client.secretDigests.length > 0 && client.publicKeys.length === 0
  const digests = hasSecrets ? client.secretDigests : dummyDigests
  let live = false
  for (const each of digests) {
    if (timingSafeEqual(digest, each)) live = true
  }
  return live
}

const tooManyFailures = (seconds: number) =>
  new OAuthError('temporarily_unavailable', {
    description: 'There were too many failed attempts. Try again later.',
    headers: { 'retry-after': String(seconds) },
  })
