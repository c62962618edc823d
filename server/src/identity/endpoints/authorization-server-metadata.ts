import { languages } from '@tonegate/protocol/languages'
import type { Addresses } from '../../base/region.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import { scopes } from '../scopes.ts'
import { idTokenClaims } from '../tokens/id-token.ts'
import { proofAlgorithms } from '../tokens/proof-key.ts'
import { userinfoClaims } from './userinfo-endpoint.ts'

const secretMethods = ['client_secret_basic', 'client_secret_post'] as const

/**
 * What the identity server says of itself (RFC 8414 §2, OpenID Connect Discovery §3, RP-Initiated Logout §2.1,
 * RFC 9207 §3, RFC 9449 §5.1, Initiating User Registration §3 for the values of `prompt`). It names what works
 * and nothing else, and says `false` where leaving a member out would mean `true`.
 *
 * @param grantTypes the values of `grant_type` that the token endpoint takes. `implicit` is none of them, but
 *   is listed for the authorization endpoint (RFC 8414 §2).
 * @param issuer as whoever asks knows it.
 * @param signingAlgorithms that tokens are signed with. ID tokens may be with each, as their client was registered, and
 *   there are resource servers that read here what access tokens are signed with, for which no member is defined.
 * @param assertionAlgorithms that a client may sign with when it authenticates by `private_key_jwt`.
 */
export function authorizationServerMetadata({
  issuer,
  grantTypes,
  signingAlgorithms,
  assertionAlgorithms,
}: Pick<Addresses, 'issuer'> & {
  readonly grantTypes: readonly string[]
  readonly signingAlgorithms: readonly SigningAlgorithm[]
  readonly assertionAlgorithms: readonly string[]
}) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/connect/authorize`,
    token_endpoint: `${issuer}/connect/token`,
    userinfo_endpoint: `${issuer}/connect/userinfo`,
    introspection_endpoint: `${issuer}/connect/introspect`,
    revocation_endpoint: `${issuer}/connect/revocation`,
    end_session_endpoint: `${issuer}/connect/endsession`,
    jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
    scopes_supported: scopes,
    response_types_supported: ['code', 'token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: [...grantTypes, 'implicit'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: [...secretMethods, 'private_key_jwt', 'none'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: [...secretMethods, 'private_key_jwt'],
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: [...secretMethods, 'private_key_jwt', 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    dpop_signing_alg_values_supported: proofAlgorithms,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: signingAlgorithms,
    claims_supported: [...new Set([...idTokenClaims, ...userinfoClaims])],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    ui_locales_supported: languages,
  }
}
