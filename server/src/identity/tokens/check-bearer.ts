import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { type Addresses, allAddresses, originAt, type Region } from '../../base/region.ts'
import type { Access, BearerRequest, Caller } from '../bearer.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Scope } from '../scopes.ts'
import type { KnownUser, KnownUsers } from '../users/known-users.ts'
import { type BearerRefusals, prepareRefusals, type ResourceRefusals } from './bearer-refusals.ts'
import { claimsStillHold } from './claims-still-hold.ts'
import type { CheckProof } from './dpop-proof.ts'
import type { Revocations } from './revocations.ts'
import type { AccessToken, VerifyAccessToken } from './verify-access-token.ts'

/** A token of this many characters or more is refused before anything is done with it. */
const refusedLength = 16 * 1024
const maxVerified = 20_000

/** Where access tokens are asked for. */
export interface ProtectedResource {
  readonly region: Region
  /** Which of a token's audience it is (RFC 9068 §4), and below which origin it is reached. */
  readonly identifierOf: (addresses: Addresses) => string
  /** What a token must have. */
  readonly scope: Scope
  /** Whose tokens it takes besides those of clients in their own name: every person's, or only those of agents. */
  readonly people: 'all' | 'agents'
  /** A parameter of its challenges: `resource_metadata="…"` (RFC 9728 §5.1) or `realm="…"`. */
  readonly aboutOf: (addresses: Addresses) => string
}

/** A token that was let in and who is behind it, read at most a second ago. */
export interface Admission {
  readonly token: AccessToken
  readonly client: Client
  /** The person in whose name the client acts. */
  readonly user: KnownUser | undefined
  readonly caller: Caller
}

interface BearerCheckParts {
  readonly clock: Clock
  readonly keyring: Keyring
  readonly clients: KnownClients
  readonly users: KnownUsers
  readonly revocations: Revocations
  readonly verify: VerifyAccessToken
  readonly checkProof: CheckProof
  readonly resource: ProtectedResource
}

export type CheckAdmission = (request: BearerRequest) => Admission | Promise<Admission>

interface Verified {
  readonly token: AccessToken
  /** Of the keyring, before the token was verified. */
  readonly generation: number
  /** The last one; good as long as its client and its user are the same. */
  admission: Admission | undefined
}

/**
 * Makes the bearer check of a protected resource (contract/authentication §6). A token that was verified before
 * costs a look-up, and the answer comes without a promise, as long as its client and its user were read within
 * the last second and it is not bound to a key.
 *
 * @throws {Problem} as {@link BearerCheck} says.
 */
export function createBearerCheck(parts: BearerCheckParts): CheckAdmission {
  const { clock, keyring, clients, users, revocations, verify, resource } = parts
  const verified = createBoundedCache<string, Verified>(maxVerified)
  const { region, identifierOf } = resource
  const identifiers = new Set([...allAddresses(region)].map(identifierOf))
  const refusalsAt = prepareRefusals(resource)

  async function verifyNew(text: string, refusals: BearerRefusals): Promise<Admission> {
    const generation = keyring.generation()
    const token = await verify(text)
    if (token === 'expired') throw refusals.expired()
    if (token === 'invalid' || token.audience.isDisjointFrom(identifiers)) throw refusals.invalid()
    const entry: Verified = { token, generation, admission: undefined }
    verified.set(text, entry)
    return admit(entry, refusals)
  }

  /** Everything that can change while a token is good. */
  function admit(entry: Verified, refusals: BearerRefusals): Admission | Promise<Admission> {
    const { token, admission } = entry
    if (revocations.isRevoked(token.jti)) throw ofToken(token, refusals.invalid())
    const client = clients.find(token.clientId)
    const user = token.userId === undefined ? undefined : users.find(token.userId)
    if (client instanceof Promise || user instanceof Promise) {
      return Promise.all([client, user]).then((read) => admitAnew(entry, read, refusals))
    }
    const isSame = admission !== undefined && admission.client === client && admission.user === user
    return isSame ? admission : admitAnew(entry, [client, user], refusals)
  }

  function admitAnew(entry: Verified, [client, user]: Parties, refusals: BearerRefusals): Admission {
    const { token } = entry
    if (client === undefined || !claimsStillHold(token, client, user))
      throw ofToken(token, refusals.invalid())
    if (!token.scopes.has(resource.scope)) throw ofToken(token, refusals.scopeMissing())
    if (resource.people === 'agents' && user && !token.agentId) throw ofToken(token, personWithoutAgent())
    entry.admission = { token, client, user, caller: callerOf(token, client, user) }
    return entry.admission
  }

  function look(text: string, refusals: BearerRefusals): Admission | Promise<Admission> {
    if (text.length >= refusedLength) throw refusals.invalid()
    const entry = verified.get(text)
    if (entry === undefined || entry.generation !== keyring.generation()) return verifyNew(text, refusals)
    if (entry.token.expiresAt > clock.now()) return admit(entry, refusals)
    verified.delete(text)
    throw ofToken(entry.token, refusals.expired())
  }

  /** RFC 9449 §7.1: the token first, then the proof. */
  async function bound(
    text: string,
    request: BearerRequest,
    { asDpop }: ResourceRefusals,
  ): Promise<Admission> {
    const admission = await look(text, asDpop)
    const { keyThumbprint } = admission.token
    if (keyThumbprint === undefined) throw asDpop.wrongScheme('The access token is not bound to a key')
    await requireProof(parts, { request, accessToken: { text, keyThumbprint } }, asDpop)
    return admission
  }

  return (request) => {
    const { authorization, host } = request.headers
    const refusals = refusalsAt(host)
    if (authorization === undefined) throw refusals.asBearer.noCredentials()
    const bearerLength = lengthOf(bearerScheme, authorization)
    if (bearerLength > 0) {
      const admission = look(authorization.slice(bearerLength), refusals.asBearer)
      return admission instanceof Promise
        ? admission.then((admitted) => unbound(admitted, refusals))
        : unbound(admission, refusals)
    }
    const dpopLength = lengthOf(dpopScheme, authorization)
    if (dpopLength > 0) return bound(authorization.slice(dpopLength), request, refusals)
    throw refusals.asBearer.noCredentials()
  }
}

function unbound(admission: Admission, { asDpop }: ResourceRefusals): Admission {
  if (admission.token.keyThumbprint === undefined) return admission
  throw asDpop.wrongScheme('The access token is bound to a key and needs a DPoP proof')
}

/** @throws {Problem} when the request has no proof of the key, or it cannot be checked at the moment. */
async function requireProof(
  { checkProof, resource: { region, identifierOf } }: BearerCheckParts,
  {
    request: { headers, method, url },
    accessToken,
  }: {
    readonly request: BearerRequest
    readonly accessToken: { readonly text: string; readonly keyThumbprint: string }
  },
  asDpop: ResourceRefusals['asDpop'],
): Promise<void> {
  const checked = await checkProof({
    proof: headers.dpop,
    method,
    url: `${originAt(region, headers.host, identifierOf(region))}${url}`,
    source: accessToken.keyThumbprint,
    accessToken,
  })
  if (checked.outcome === 'refused') throw asDpop.proof(checked.reason)
  if (checked.outcome === 'overloaded') throw asDpop.overloaded()
}

const bearerScheme = /^Bearer(?: +|$)/i
const dpopScheme = /^DPoP(?: +|$)/i

/** How many characters a scheme and its spaces take; 0 when the header has another one. */
const lengthOf = (scheme: RegExp, authorization: string): number =>
  scheme.exec(authorization)?.[0].length ?? 0

type Parties = readonly [client: Client | undefined, user: KnownUser | undefined]

/** The log then says who was refused. */
const ofToken = (
  { clientId, accountId, userId, agentId }: Access,
  { code, message, options }: Problem,
): Problem =>
  new Problem(code, message, {
    ...options,
    refused: {
      clientId,
      accountId,
      ...(userId !== undefined && { userId }),
      ...(agentId !== undefined && { agentId }),
    },
  })

/** A person never has the rights of a back end, whatever was left out when they were made. */
const personWithoutAgent = () =>
  new Problem(
    'person-without-agent',
    'The access token was issued to a user who is not an agent. Only agents and back ends may take payments.',
  )

/** Who acts is the person's account; which program, the client. */
function callerOf(token: AccessToken, client: Client, user: KnownUser | undefined): Caller {
  const { jti, madeAt, agentId, expiresAt } = token
  const { id: clientId, allowedOrigins } = client
  const { account } = user ?? client
  const agent = agentId !== undefined && { agentId }
  const access = { clientId, accountId: account.id, ...(user && { userId: user.id }), ...agent, jti, madeAt }
  return { clientId, account, allowedOrigins, access, expiresAt, ...agent }
}
