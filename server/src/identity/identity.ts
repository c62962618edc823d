import type { Addresses } from '../base/region.ts'
import { createRateLimit } from '../base/throttle/rate-limit.ts'
import { clientRules, personRules } from '../base/throttle/throttle.ts'
import type { Http } from '../http/http.ts'
import { createStoredThrottle } from '../store/kept-throttle.ts'
import type { StoreParts } from '../store/parts.ts'
import { type Administration, createAdministration } from './administration.ts'
import { createAuthorizationCodes } from './authorize/authorization-codes.ts'
import {
  authorizePath,
  createAuthorizationRequests,
  createAuthorizeUrl,
} from './authorize/authorization-request.ts'
import { createAuthorizationResponses } from './authorize/authorization-response.ts'
import { addAuthorizeEndpoint } from './authorize/authorize-endpoint.ts'
import { createIdTokenHints } from './authorize/id-token-hints.ts'
import { createInteraction } from './authorize/interaction.ts'
import type { BearerCheck } from './bearer.ts'
import { createClientAuthentication } from './clients/authenticate-client.ts'
import { createAssertionCheck } from './clients/client-assertion.ts'
import { createKnownClients } from './clients/known-clients.ts'
import { assertionAlgorithms } from './clients/public-keys.ts'
import { createUsedAssertions } from './clients/used-assertions.ts'
import { authorizationServerMetadata } from './endpoints/authorization-server-metadata.ts'
import { type Cors, createCors } from './endpoints/cors.ts'
import { createDeprecationWarnings } from './endpoints/deprecated-flow.ts'
import { addDiscoveryRoutes, protectedResourceMetadataUrl } from './endpoints/discovery.ts'
import { addIntrospectionEndpoint } from './endpoints/introspection-endpoint.ts'
import { addRevocationEndpoint } from './endpoints/revocation-endpoint.ts'
import { addTokenEndpoint } from './endpoints/token-endpoint.ts'
import { addUserinfoEndpoint, userinfoResource } from './endpoints/userinfo-endpoint.ts'
import { authorizationCode } from './grants/authorization-code.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { createIssueForUser } from './grants/issue-for-user.ts'
import { passwordGrant } from './grants/password.ts'
import { createProvenKey } from './grants/proven-key.ts'
import { refreshToken } from './grants/refresh-token.ts'
import type { SigningAlgorithm } from './keys/algorithms.ts'
import { createKeyring } from './keys/keyring.ts'
import { paymentScope } from './scopes.ts'
import { createBearerCheck, type ProtectedResource } from './tokens/check-bearer.ts'
import { createProofCheck } from './tokens/dpop-proof.ts'
import { createFindEnded, type FindEnded } from './tokens/find-ended.ts'
import { createIdTokens } from './tokens/id-token.ts'
import { createAccessTokens } from './tokens/issue-access-token.ts'
import { createRefreshTokens, type RefreshTokenLifetimes } from './tokens/refresh-tokens.ts'
import { rememberVerified } from './tokens/remember-verified.ts'
import { createRevocations } from './tokens/revocations.ts'
import { createRevokeGrants, revokedMilliseconds } from './tokens/revoke-grants.ts'
import { createUsesAtOnce } from './tokens/uses-at-once.ts'
import { createTokenVerification } from './tokens/verify-access-token.ts'
import { createUpkeep } from './upkeep.ts'
import { createUserAuthentication } from './users/authenticate-user.ts'
import type { Derive } from './users/hash-password.ts'
import { createKnownUsers } from './users/known-users.ts'
import { createPasswordHashing, type PasswordHashing } from './users/password-hashing.ts'

/** What can be set about a region's identity server. */
export interface IdentitySettings extends Partial<RefreshTokenLifetimes> {
  readonly tokenLifetimeSeconds: number
  /** Of access tokens, and of ID tokens, where a client was registered with no other. */
  readonly signingAlgorithm: SigningAlgorithm
  readonly idTokenAlgorithm: SigningAlgorithm
  /** How long a key signs before it gets a successor. */
  readonly keyRotationDays: number
  /** For each client that speaks for itself, and each person with a client; null: no limit. */
  readonly tokenRequestsPerSecond: number | null
}

/** Who is calling, and may they: a region's identity server and its bearer check. */
export interface Identity extends Administration {
  /** Adds the token endpoint and the discovery pages. */
  routes(app: Http): void
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly findEnded: FindEnded
  /** Stops what it does by itself, and resolves when nothing of that is under way. */
  close(): Promise<void>
}

const day = 86_400

/** Opens a region's identity server; at the first start its signing keys are made. */
export async function createIdentity({
  store,
  clock,
  random,
  newGuid,
  sealer,
  log,
  region,
  stylesheet,
  settings,
  passwordHashing = createPasswordHashing(),
  derive,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log' | 'region'> & {
  /** The path of the stylesheet that all pages share. */
  readonly stylesheet: string
  readonly settings: IdentitySettings
  /** Of those who sign in. */
  readonly passwordHashing?: PasswordHashing
  /** Of the passwords that are set; see {@link createAdministration}. */
  readonly derive?: Derive
}): Promise<Identity> {
  const keyring = await createKeyring({
    ...{ store, clock, sealer, region, log },
    defaults: { accessTokens: settings.signingAlgorithm, idTokens: settings.idTokenAlgorithm },
    keyRotationDays: settings.keyRotationDays,
    tokenLifetimeSeconds: settings.tokenLifetimeSeconds,
  })
  const clients = createKnownClients({ store, clock })
  const users = createKnownUsers({ store, clock })
  const cors = createCors({ store, clock })
  const lifetimeSeconds = settings.tokenLifetimeSeconds
  const issueAccessToken = createAccessTokens({
    ...{ clock, newGuid, region, keyring, lifetimeSeconds },
    algorithm: settings.signingAlgorithm,
  })
  const issueIdToken = createIdTokens({
    ...{ clock, region, keyring, lifetimeSeconds },
    algorithm: settings.idTokenAlgorithm,
  })
  const revocations = await createRevocations({ store, clock, log })
  const tokenLifetimeSeconds = lifetimeSeconds
  const revokeGrants = createRevokeGrants({ store, clock, revocations, tokenLifetimeSeconds })
  const { refreshTokenLifetimeSeconds = 14 * day, grantLifetimeSeconds = 90 * day } = settings
  const uses = createUsesAtOnce()
  const refreshTokens = createRefreshTokens({
    ...{ store, clock, random, log, revocations, revokeGrants, uses },
    ...{ refreshTokenLifetimeSeconds, grantLifetimeSeconds },
  })
  const codes = createAuthorizationCodes({
    ...{ store, clock, random, newGuid, log, revocations, revokeGrants, uses, grantLifetimeSeconds },
    revokedMilliseconds: revokedMilliseconds(lifetimeSeconds),
  })
  const issueForUser = createIssueForUser({ issueAccessToken, issueIdToken, refreshTokens })
  const upkeep = createUpkeep({ store, clock, log })
  const throttleParts = { store, clock, log, sealer }
  const ofPeople = createStoredThrottle({ ...throttleParts, name: 'people', rules: personRules })
  const ofClients = createStoredThrottle({ ...throttleParts, name: 'clients', rules: clientRules })
  await Promise.all([ofPeople.load(), ofClients.load()])
  const authenticateUser = createUserAuthentication({
    ...{ store, random, log, derive: passwordHashing.derive, throttle: ofPeople },
  })
  const warn = createDeprecationWarnings({ log, clock })
  const readHint = createIdTokenHints({ region, keyring })
  const readAuthorization = createAuthorizationRequests({ clients, readHint })
  const authorizeUrl = createAuthorizeUrl(region)
  const answerClient = createAuthorizationResponses(region, stylesheet)
  const interaction = createInteraction({
    ...{ store, clock, random, newGuid, sealer, log, region, stylesheet, clients, users },
    ...{ read: readAuthorization, readHint, urlOf: authorizeUrl, answerClient, authenticateUser },
    revokeOfSignIn: refreshTokens.revokeOfSignIn,
  })
  const grants = new Map([
    ['authorization_code', authorizationCode({ codes, users, issueForUser })],
    ['client_credentials', clientCredentials(issueAccessToken)],
    ['refresh_token', refreshToken({ refreshTokens, users, issueForUser })],
    ['password', passwordGrant({ authenticateUser, issueForUser, warn, newGuid, clock, log })],
  ])
  const { tokenRequestsPerSecond: requestsPerSecond } = settings
  const rateLimit = requestsPerSecond === null ? null : createRateLimit({ clock, requestsPerSecond })
  const authenticate = createClientAuthentication({
    clients,
    checkAssertion: createAssertionCheck({ clock, region, usedAssertions: createUsedAssertions(store) }),
    throttle: ofClients,
  })
  const verify = createTokenVerification({ region, keyring, clock })
  const admitTo = (resource: ProtectedResource) =>
    createBearerCheck({
      ...{ clock, keyring, clients, users, revocations, verify, resource },
      checkProof: createProofCheck({ clock }),
    })
  const admitToPayments = admitTo({
    region,
    identifierOf: ({ apiUrl }) => apiUrl,
    scope: paymentScope,
    people: 'agents',
    aboutOf: (addresses) => `resource_metadata="${protectedResourceMetadataUrl(addresses)}"`,
  })
  const provenKey = createProvenKey({
    checkProof: createProofCheck({ clock }),
    checkPublicProof: createProofCheck({ clock }),
    region,
  })
  const admitToUserinfo = admitTo(userinfoResource(region))
  const metadata = async ({ issuer }: Addresses) =>
    authorizationServerMetadata({
      issuer,
      grantTypes: [...grants.keys()],
      signingAlgorithms: [...(await keyring.algorithms.known())],
      assertionAlgorithms,
    })
  const connectPath = `${new URL(region.issuer).pathname}/connect`
  return {
    routes(app) {
      addTokenEndpoint(app, `${connectPath}/token`, {
        ...{ region, grants, authenticate, provenKey, cors, rateLimit, uses, lifetimeSeconds, log },
      })
      addRevocationEndpoint(app, `${connectPath}/revocation`, {
        ...{ region, authenticate, verify, refreshTokens, revocations, cors, log },
      })
      addIntrospectionEndpoint(app, `${connectPath}/introspect`, {
        ...{ region, authenticate, clients, users, refreshTokens, revocations },
        verify: rememberVerified({ verify, keyring, clock }),
      })
      addAuthorizeEndpoint(app, authorizePath(region.issuer), {
        ...{ ...interaction, read: readAuthorization, urlOf: authorizeUrl, answerClient },
        ...{ region, codes, issueAccessToken, lifetimeSeconds, warnOfDeprecatedFlow: warn, clock, log },
      })
      interaction.routes(app)
      addUserinfoEndpoint(app, { region, admit: admitToUserinfo, cors })
      addDiscoveryRoutes(app, { region, keyring, metadata })
    },
    cors,
    findEnded: createFindEnded({ clients, users, revocations }),
    async close() {
      await Promise.all([keyring.close(), upkeep.close(), revocations.close(), passwordHashing.close()])
      await Promise.all([ofPeople.close(), ofClients.close()])
    },
    bearer(request) {
      const admission = admitToPayments(request)
      return admission instanceof Promise ? admission.then(({ caller }) => caller) : admission.caller
    },
    ...createAdministration({ store, clock, random, newGuid, derive }),
  }
}
