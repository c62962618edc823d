import type { Parts } from '../../base/parts.ts'
import type { AuthorizationCodes } from '../authorize/authorization-codes.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { KnownUsers } from '../users/known-users.ts'
import { flowNotRegistered } from './flow-not-registered.ts'
import type { Grant } from './grant.ts'
import type { IssueForUser } from './issue-for-user.ts'
import { requireUser } from './require-user.ts'

/**
 * Authorization code grant (RFC 6749 §4.1.3): a client comes with the code that a person's browser has brought it.
 *
 * @throws {OAuthError} `unauthorized_client` when the client was not registered for the flow, `invalid_request`
 *   without a code, `invalid_grant` when the code is not good for it, or the person may not sign in any more.
 */
export function authorizationCode({
  codes,
  users,
  issueForUser,
  newGuid,
}: Pick<Parts, 'newGuid'> & {
  readonly codes: AuthorizationCodes
  readonly users: KnownUsers
  readonly issueForUser: IssueForUser
}): Grant {
  return async ({ client, parameters, keyThumbprint, addresses, request, admit }) => {
    if (!client.flows.has('authorization_code')) throw flowNotRegistered(client, 'authorization_code')
    const code = parameters.get('code')
    if (code === undefined) throw new OAuthError('invalid_request', { description: 'The code is missing' })
    const tokenId = newGuid()
    const redeemed = await codes.redeem({
      code,
      client,
      redirectUri: parameters.get('redirect_uri'),
      codeVerifier: parameters.get('code_verifier'),
      keyThumbprint,
      request,
      admit,
    })
    const user = await requireUser(users, redeemed.userId, client)
    const { scope, grantId, signInId, nonce, authenticatedAt } = redeemed
    const grant = { scope, grantId, tokenId, signInId, nonce, authenticatedAt }
    const granted = await issueForUser.first({ client, user, keyThumbprint, addresses, ...grant })
    return { ...granted, askedScope: scope }
  }
}
