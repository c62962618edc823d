import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Guid, parseGuid } from '../base/guid.ts'
import type { SetPageHeaders } from '../base/page-headers.ts'
import { Problem } from '../base/problem.ts'
import type { CaptureSessions, LiveCapture } from './capture-sessions.ts'

/** The access tokens of the agent view: each opens one capture session's view, for about five minutes. */
export interface ViewTokens {
  issue(guid: Guid): string
  /** The session that a token was issued for; `undefined` when it is forged or has expired. */
  verify(token: string): Guid | undefined
}

/** What the routes of the agent view are made of. */
export interface ViewRoutes {
  readonly captures: CaptureSessions
  readonly viewTokens: ViewTokens
  readonly setHeaders: SetPageHeaders
}

/** A page renews its pair when four of the five minutes are over. */
export const renewInSeconds = 240

/** Where a capture session's view is. */
export const viewPath = '/session/:tenant/view/:guid'

export const ViewAddress = Type.Object({ tenant: Type.String(), guid: Type.String() })
export type ViewAddress = Type.Static<typeof ViewAddress>

/** The open session at an address. Unknown, ended and another tenant's are the same: `undefined`. */
export function findCapture(captures: CaptureSessions, address: ViewAddress): LiveCapture | undefined {
  const guid = parseGuid(address.guid)
  const capture = guid && captures.find(guid)
  return capture && String(capture.launch.tenant) === address.tenant ? capture : undefined
}

/**
 * The session that a request of the agent view's script may touch: the one that its bearer token was issued
 * for, at that session's own address.
 *
 * @throws {Problem} `unauthorized`, `invalid-token`; `session-ended`, `not-found`.
 */
export function requireCapture(
  { captures, viewTokens }: Pick<ViewRoutes, 'captures' | 'viewTokens'>,
  request: ViewRequest,
): LiveCapture {
  const guid = requireViewToken(viewTokens, request)
  if (!captures.find(guid)) throw new Problem('session-ended', 'This payment session has ended.')
  const capture = findCapture(captures, request.params)
  if (!capture) throw new Problem('not-found', 'There is nothing here.')
  return capture
}

type ViewRequest = Pick<FastifyRequest, 'headers'> & { readonly params: ViewAddress }

/**
 * The session that a request's bearer token was issued for, whose view the request is for.
 *
 * @throws {Problem} `unauthorized`, `invalid-token`; `not-found` for a page of another origin.
 */
export function requireViewToken(viewTokens: ViewTokens, { headers, params }: ViewRequest): Guid {
  refuseOtherSites(headers)
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) {
    throw new Problem('unauthorized', 'This needs the access token of the agent view.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  const guid = parseGuid(params.guid)
  if (guid === undefined || viewTokens.verify(token) !== guid) throw invalidToken()
  return guid
}

/** A token of the agent view that opens nothing. */
export function invalidToken(): Problem {
  return new Problem('invalid-token', 'The token is not one of this view, or has expired.', {
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
  if (site !== undefined && site !== 'same-origin') throw new Problem('not-found', 'There is nothing here.')
}
