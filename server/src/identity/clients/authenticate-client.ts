import { hash } from 'node:crypto'
import type { Note } from '../../audit/note-refusals.ts'
import { parseGuid } from '../../base/guid.ts'
import { nameActor } from '../../base/request-scope.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { Throttle } from '../../base/throttle/throttle.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { CheckAssertion } from './client-assertion.ts'
import type { Client, KnownClients } from './known-clients.ts'
import { invalidClient, missingSecret, type PresentedCredentials } from './presented-credentials.ts'

/** Compared with when there is nothing to compare with, so that an unknown id takes as long as a known one. */
const dummyDigests: readonly Uint8Array[] = [new Uint8Array(32)]

/**
 * Client authentication (RFC 6749 §2.3.1, §3.2.1, RFC 7523 §2.2). A public client is identified, not authenticated:
 * it has no secret to prove. A client that was registered with keys authenticates by them and by nothing else.
 *
 * What is right is never refused for what others did: it is looked at first, for a secret of 238 bits is not guessed
 * and costs microseconds to compare, and only what is wrong is counted and slowed (contract/authentication §3).
 *
 * @throws {OAuthError} `invalid_client` when the client is unknown, disabled, or its secret or assertion is wrong;
 *   `temporarily_unavailable` for what is wrong, after too many failures.
 */
export function createClientAuthentication({
  clients,
  checkAssertion,
  throttle,
  note,
}: {
  readonly clients: KnownClients
  readonly checkAssertion: CheckAssertion
  readonly throttle: Throttle
  readonly note: Note
}) {
  /** An id that is well-formed and no client's is counted by its network alone: there is any number of them. */
  function attemptOf({ id }: PresentedCredentials, client: Client | undefined, address: string) {
    if (client === undefined && parseGuid(id) !== undefined) return throttle.nameless(address)
    return throttle.attempt(client?.id ?? null, address)
  }

  function refuse({ credentials, client, address, reason }: Refused): OAuthError {
    const attempt = attemptOf(credentials, client, address)
    const wait = throttle.wait(attempt)
    if (wait !== undefined) return tooManyFailures(wait)
    throttle.recordFailure(attempt)
    if (client) note({ action: 'client.refused', ...inAudit(client) })
    return invalidClient(credentials.method, reason)
  }

  return async (credentials: PresentedCredentials, address: string): Promise<Client> => {
    const { assertion, secret } = credentials
    const clientId = parseGuid(credentials.id)
    const found = clientId === undefined ? undefined : clients.find(clientId)
    const client = found instanceof Promise ? await found : found
    if (assertion !== undefined) {
      if (client === undefined) throw refuse({ credentials, client, address })
      const checked = await checkAssertion(assertion, client)
      if (checked.outcome === 'proven') return proven(client)
      throw refuse({ credentials, client, address, reason: checked.reason })
    }
    if (client?.clientType === 'public' && secret === undefined) return proven(client)
    if (isLiveSecret(secret ?? '', client) && client !== undefined) return proven(client)
    const reason = secret === undefined ? missingSecret : undefined
    throw refuse({ credentials, client, address, reason })
  }
}

function proven(client: Client): Client {
  nameActor({ kind: 'client', id: client.id })
  return client
}

const inAudit = ({ id, account }: Client) => ({ target: { kind: 'client', id }, account: account.id })

interface Refused {
  readonly credentials: PresentedCredentials
  readonly client: Client | undefined
  readonly address: string
  readonly reason?: string | undefined
}

function isLiveSecret(secret: string | Uint8Array, client: Client | undefined): boolean {
  const digest = hash('sha256', secret, 'buffer')
  const hasSecrets = client !== undefined && client.secretDigests.length > 0 && client.publicKeys.length === 0
  const digests = hasSecrets ? client.secretDigests : dummyDigests
  let live = false
  for (const each of digests) {
    if (isSameDigest(digest, each)) live = true
  }
  return live
}

const tooManyFailures = (seconds: number) =>
  new OAuthError('temporarily_unavailable', {
    description: 'Too many failed attempts. Try again later.',
    headers: { 'retry-after': String(seconds) },
  })
