import type { IssueAccessToken } from '../tokens/issue-access-token.ts'
import { flowNotRegistered } from './flow-not-registered.ts'
import type { Grant } from './grant.ts'
import { grantedScope } from './granted-scope.ts'

/**
 * Client credentials grant (RFC 6749 §4.4): a confidential client asks for a token in its own name. No
 * refresh token is ever issued with it (§4.4.3).
 *
 * @throws {OAuthError} `unauthorized_client` when the client was not registered for the flow or is public,
 *   `invalid_scope` when it asks for a scope that it was not given, or for one that only a person has.
 */
export function clientCredentials(issueAccessToken: IssueAccessToken): Grant {
  return async ({ client, parameters, keyThumbprint, addresses }) => {
    if (client.clientType === 'public' || !client.flows.has('client_credentials')) {
      throw flowNotRegistered(client, 'client_credentials')
    }
    const scope = grantedScope(client, parameters.get('scope'), 'client')
    return { accessToken: await issueAccessToken({ client, scope, keyThumbprint, addresses }), scope }
  }
}
