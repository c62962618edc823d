import { hash, timingSafeEqual } from 'node:crypto'
import { parseGuid } from '../../base/guid.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Throttle } from '../throttle.ts'
import type { Client, KnownClients } from './known-clients.ts'
import { invalidClient, type PresentedCredentials } from './presented-credentials.ts'

/** Compared with when there is nothing to compare with, so that an unknown id takes as long as a known one. */
const dummyDigests: readonly Uint8Array[] = [new Uint8Array(32)]

/**
 * Client authentication (RFC 6749 §2.3.1, §3.2.1). A public client is identified, not authenticated: it has
 * no secret to prove.
 *
 * @throws {OAuthError} `invalid_client` when the client is unknown, disabled or its secret wrong;
 *   `temporarily_unavailable` after too many failures, whatever the secret.
 */
export function createClientAuthentication({
  clients,
  throttle,
}: {
  readonly clients: KnownClients
  readonly throttle: Throttle
}) {
  return async (credentials: PresentedCredentials, address: string): Promise<Client> => {
    const clientId = parseGuid(credentials.id) ?? null
    const found = clientId === null ? undefined : clients.find(clientId)
    const client = found instanceof Promise ? await found : found
    const attempt = throttle.attempt(clientId, address)
    const wait = throttle.wait(attempt)
    if (wait !== undefined) throw tooManyFailures(wait)
    if (client?.clientType === 'public' && credentials.secret === undefined) return client
    if (isLiveSecret(credentials.secret ?? '', client) && client !== undefined) {
      throttle.recordSuccess(attempt)
      return client
    }
    throttle.recordFailure(attempt)
    throw invalidClient(credentials.method)
  }
}

function isLiveSecret(secret: string, client: Client | undefined): boolean {
  const digest = hash('sha256', secret, 'buffer')
  const digests =
    client !== undefined && client.secretDigests.length > 0 ? client.secretDigests : dummyDigests
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
