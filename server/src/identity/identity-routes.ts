import type { Addresses } from '../base/region.ts'
import type { Http } from '../http/http.ts'
import { authorizePath } from './authorize/authorization-request.ts'
import { addAuthorizeEndpoint } from './authorize/authorize-endpoint.ts'
import type { Interaction } from './authorize/interaction.ts'
import type { CallerChecks } from './caller-checks.ts'
import { assertionAlgorithms } from './clients/public-keys.ts'
import { authorizationServerMetadata } from './endpoints/authorization-server-metadata.ts'
import { addDiscoveryRoutes } from './endpoints/discovery.ts'
import { addIntrospectionEndpoint } from './endpoints/introspection-endpoint.ts'
import { addRevocationEndpoint } from './endpoints/revocation-endpoint.ts'
import { addTokenEndpoint } from './endpoints/token-endpoint.ts'
import { addUserinfoEndpoint, userinfoResource } from './endpoints/userinfo-endpoint.ts'
import { authorizationCode } from './grants/authorization-code.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { passwordGrant } from './grants/password.ts'
import { refreshToken } from './grants/refresh-token.ts'
import type { TokenIssuing } from './token-issuing.ts'

/** Adds the endpoints of the identity server, and the pages on which people sign in. */
export function identityRoutes(
  app: Http,
  parts: TokenIssuing & CallerChecks & { readonly interaction: Interaction },
): void {
  const { region, keyring, interaction } = parts
  const connectPath = `${new URL(region.issuer).pathname}/connect`
  const grants = new Map([
    ['authorization_code', authorizationCode(parts)],
    ['client_credentials', clientCredentials(parts.issueAccessToken)],
    ['refresh_token', refreshToken(parts)],
    ['password', passwordGrant(parts)],
  ])
  const metadata = async ({ issuer }: Addresses) =>
    authorizationServerMetadata({
      issuer,
      grantTypes: [...grants.keys()],
      signingAlgorithms: [...(await keyring.algorithms.known())],
      assertionAlgorithms,
    })
  addTokenEndpoint(app, `${connectPath}/token`, { ...parts, grants })
  addRevocationEndpoint(app, `${connectPath}/revocation`, parts)
  addIntrospectionEndpoint(app, `${connectPath}/introspect`, { ...parts, verify: parts.verifyOften })
  addAuthorizeEndpoint(app, authorizePath(region.issuer), {
    ...parts,
    ...interaction,
    warnOfDeprecatedFlow: parts.warn,
  })
  interaction.routes(app)
  addUserinfoEndpoint(app, { ...parts, admit: parts.admitTo(userinfoResource(region)) })
  addDiscoveryRoutes(app, { region, keyring, metadata })
}
