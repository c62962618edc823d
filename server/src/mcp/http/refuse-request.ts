import type { IncomingMessage } from 'node:http'
import { hostHeaderValidationResponse, originValidationResponse } from '@modelcontextprotocol/server'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { isSameSecret } from '../../base/signing/same-secret.ts'
import type { HttpSettings } from './http-settings.ts'

export const path = '/mcp'

const maxAgentId = 255

/**
 * Why a request is not answered. A page that a browser was led to cannot send one: its origin and the name that it uses are
 * not among those of the server, and it has no secret.
 *
 * @param agentId the only one that is served.
 */
export function refusal(
  request: IncomingMessage,
  url: URL | null,
  { http, agentId: only }: { readonly http: HttpSettings; readonly agentId: string | undefined },
): Response | undefined {
  const { host = '', origin, authorization } = request.headers
  if (url?.pathname !== path) return refuse(404, `The MCP server is at ${path}.`)
  const asked = new Request(url, { headers: { host, ...(origin !== undefined && { origin }) } })
  const names = [...http.names]
  const misled = hostHeaderValidationResponse(asked, names) ?? originValidationResponse(asked, names)
  if (misled) return misled
  if (http.secret !== undefined && !isSameSecret(bearerIn(authorization), http.secret))
    return refuse(401, 'This needs the bearer secret of this MCP server.', { 'www-authenticate': 'Bearer' })
  if (!methods.has(request.method ?? '')) return refuse(405, 'Method not allowed.', { allow: 'POST' })
  const agentId = agentIn(url)
  if (agentId !== undefined && (agentId.length > maxAgentId || holdsCardNumber(agentId)))
    return refuse(400, 'agentId is not the id of an agent.')
  if (agentId !== undefined && only !== undefined && agentId !== only)
    return refuse(403, 'This MCP server is for another agent.')
  return undefined
}

/** Whose connection it is, as its configuration says. */
export const agentIn = (url: URL): string | undefined => url.searchParams.get('agentId')?.trim() || undefined

export const refuse = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  Response.json({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }, { status, headers })

const bearerIn = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1]

/** The SDK answers those that it does not serve. */
const methods: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE'])
