import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { nameActor } from '../../base/request-scope.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { LastState, OpenSession, VaultSessions } from '../model/vault-sessions.ts'

/** The access tokens of the agent view: each opens one capture session's view, for about five minutes. */
export interface ViewTokens {
  issue(guid: Guid): string
  /** The session that a token was issued for; `undefined` when it is forged or has expired. */
  verify(token: string): Guid | undefined
}

/** What the routes of the agent view are made of. */
export interface ViewRoutes {
  readonly sessions: VaultSessions
  readonly viewTokens: ViewTokens
  readonly setHeaders: SetPageHeaders
}

/** A page renews its pair when four of the five minutes are over. */
export const renewInSeconds = 240

/** Where a capture session's view is. */
export const viewPath = '/session/:tenant/view/:guid'

export const viewPathOf = ({ launch, guid }: OpenSession): string => `/session/${launch.tenant}/view/${guid}`

export const ViewAddress = Type.Object({ tenant: Type.String(), guid: Type.String() })
export type ViewAddress = Type.Static<typeof ViewAddress>

type ViewRequest = Pick<FastifyRequest, 'headers'> & { readonly params: ViewAddress }

/** What a {@link viewPath} is the path of; `undefined` when it is none. */
export function parseViewPath(path: string): ViewAddress | undefined {
  const [, tenant, guid] = /^\/session\/([^/?#]+)\/view\/([^/?#]+)$/.exec(path) ?? []
  return tenant === undefined || guid === undefined ? undefined : { tenant, guid }
}

/** The open session at an address. Unknown, ended and another tenant's are the same: `undefined`. */
export function findSession(sessions: VaultSessions, address: ViewAddress): OpenSession | undefined {
  const guid = parseGuid(address.guid)
  const session = guid && sessions.find(guid)
  return session && String(session.launch.tenant) === address.tenant ? session : undefined
}

/**
 * The session that a request of the agent view's script may touch: the one that its bearer token was issued
 * for, at that session's own address.
 *
 * @throws {Problem} `unauthorized`, `invalid-token`; `view-closed`, `session-ended`, `not-found`.
 */
export function requireSession(
  routes: Pick<ViewRoutes, 'sessions' | 'viewTokens'>,
  request: ViewRequest,
): OpenSession {
  const found = requireView(routes, request)
  if ('state' in found) throw sessionEnded()
  return found
}

/**
 * As {@link requireSession}; of a session that has ended within the last minutes, its last state.
 *
 * @throws {Problem} `unauthorized`, `invalid-token`; `view-closed`, `session-ended`, `not-found`.
 */
export function requireView(
  routes: Pick<ViewRoutes, 'sessions' | 'viewTokens'>,
  { headers, params: address }: ViewRequest,
): OpenSession | LastState {
  refuseOtherSites(headers)
  const accessToken = bearerOf(headers)
  if (accessToken === undefined) {
    throw new Problem('unauthorized', 'The access token of the agent view is required.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  return findView(routes, { address, accessToken })
}

/**
 * The session at an address, for who shows a token that was issued for it; of one that has ended within the last
 * minutes, its last state.
 *
 * @throws {Problem} `invalid-token`; `view-closed`, `session-ended`, `not-found`.
 */
export function findView(
  { sessions, viewTokens }: Pick<ViewRoutes, 'sessions' | 'viewTokens'>,
  { address, accessToken }: { readonly address: ViewAddress; readonly accessToken: string },
): OpenSession | LastState {
  const guid = parseGuid(address.guid)
  if (guid === undefined || viewTokens.verify(accessToken) !== guid) throw invalidToken()
  const session = sessions.find(guid)
  const last = session ? undefined : sessions.findLastState(guid)
  const tenant = session?.launch.tenant ?? last?.tenant
  if (tenant !== undefined && String(tenant) !== address.tenant) throw viewNotFound()
  const found = session ?? last
  if (!found) throw sessionEnded()
  refuseClosed(found)
  nameActor({ kind: 'agent' })
  return found
}

/** @throws {Problem} `view-closed` when whoever opened the view has lost their access. */
export function refuseClosed({ viewAccess }: Pick<LastState, 'viewAccess'>): void {
  if (viewAccess === 'open') return
  throw new Problem('view-closed', 'Access to this agent view has ended.')
}

/** Not even that there is such a session is said. */
export const viewNotFound = () => new Problem('not-found', 'No resource exists at this path.')

/** A session with as many streams as it may have. */
export const viewOpenTooOften = () =>
  new Problem('quota-exceeded', 'The view of this session is open too many times.', {
    headers: { 'retry-after': '15' },
  })

const sessionEnded = () => new Problem('session-ended', 'This payment session has ended.')

/** The token in a request's `Authorization` header; `undefined` when there is none. */
export function bearerOf({ authorization = '' }: FastifyRequest['headers']): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1]
}

/** A token of the agent view that opens nothing. */
export function invalidToken(): Problem {
  return new Problem('invalid-token', 'The token does not belong to this view, or has expired.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

/**
 * Only the view's own page calls its endpoints. A browser says where a request comes from; what is no browser
 * says nothing.
 *
 * @throws {Problem} `not-found` for a request from another origin's page.
 */
export function refuseOtherSites(headers: FastifyRequest['headers']): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') throw viewNotFound()
}
