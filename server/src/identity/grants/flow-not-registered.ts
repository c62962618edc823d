import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'

/** What a client asks for: a flow, or what some flows give. */
type Asked = 'authorization_code' | 'client_credentials' | 'password' | 'implicit' | 'refresh_token'

/**
 * `unauthorized_client`: the client was not registered for what it asks for (RFC 6749 §5.2). It has authenticated, or
 * is one that anybody may know of, so that it may be told what it is registered for.
 */
export const flowNotRegistered = (client: Client, asked: Asked): OAuthError =>
  new OAuthError('unauthorized_client', { description: describeFlows(client, asked), explained: true })

/** What is wrong and what to do about it, in the characters of RFC 6749 §5.2. */
export function describeFlows({ clientType, flows }: Client, asked: Asked): string {
  const needsSecret = asked === 'client_credentials' || asked === 'password'
  if (clientType === 'public' && needsSecret) {
    return `A public client has no secret and cannot use ${asked}. Use authorization_code with PKCE.`
  }
  if (asked === 'refresh_token') {
    return 'This client is not registered for refresh tokens. They need the scope offline_access and the flow authorization_code or password.'
  }
  const has = flows.size === 0 ? 'none' : [...flows].join(', ')
  return `This client is not registered for the flow ${asked}. Its flows: ${has}. Use one of them, or ask an administrator to add this one.`
}
