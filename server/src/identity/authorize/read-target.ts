import { parseGuid } from '../../base/guid.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import { isRegistered } from '../clients/redirect-uris.ts'
import type { FormParameters } from '../endpoints/form-parameters.ts'
import { RefusedRequest } from './refused-request.ts'
import type { ResponseMode, ResponseTarget } from './response-target.ts'

/**
 * Client and redirect URI come first: while they are not good, nothing is sent anywhere (RFC 6749 §4.1.2.1).
 *
 * @throws {RefusedRequest} for the person.
 */
export async function readTarget(
  parameters: FormParameters,
  doubled: ReadonlySet<string>,
  clients: KnownClients,
): Promise<ResponseTarget> {
  const sentId = parameters.get('client_id')
  if (sentId === undefined || doubled.has('redirect_uri')) {
    throw new RefusedRequest({ to: 'person', reason: 'request-malformed' })
  }
  const clientId = parseGuid(sentId)
  const client = clientId && (await clients.find(clientId))
  if (client === undefined) throw new RefusedRequest({ to: 'person', reason: 'unknown-client' })
  const redirectUri = findRedirectUri(parameters.get('redirect_uri'), client)
  if (redirectUri === undefined) {
    throw new RefusedRequest({ to: 'person', reason: 'redirect-uri-not-registered', clientId: client.id })
  }
  const responseMode = readResponseMode(parameters, redirectUri) ?? defaultMode(parameters)
  return {
    client,
    redirectUri,
    responseMode,
    state: readState(parameters),
    uiLocales: parameters.get('ui_locales'),
  }
}

/** It may be left out when there is but one (RFC 6749 §3.1.2.3). */
function findRedirectUri(sent: string | undefined, { redirectUris }: Client): string | undefined {
  if (sent === undefined) return redirectUris.length === 1 ? redirectUris[0] : undefined
  return isRegistered(sent, redirectUris) ? sent : undefined
}

/** @returns `undefined` when there is none, and for what is not text (RFC 6749 §10.14), which is not sent back. */
function readState(parameters: FormParameters): string | undefined {
  const sent = parameters.get('state')
  return sent === undefined || controlCharacter.test(sent) ? undefined : sent
}

const controlCharacter = /\p{Cc}/u

/** @returns `undefined` when the mode that was sent cannot be used. */
export function readResponseMode(parameters: FormParameters, redirectUri: string): ResponseMode | undefined {
  const usual = defaultMode(parameters)
  const sent = parameters.get('response_mode') ?? usual
  if (sent === 'fragment' || (sent === 'query' && usual === 'query')) return sent
  // Where an app's own scheme is opened, a form cannot be posted.
  return sent === 'form_post' && redirectUri.startsWith('http') ? sent : undefined
}

/** No token is ever put into a query, where servers log it. */
function defaultMode(parameters: FormParameters): ResponseMode {
  const words = (parameters.get('response_type') ?? '').split(' ')
  return words.includes('token') || words.includes('id_token') ? 'fragment' : 'query'
}
