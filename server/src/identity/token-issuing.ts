import type { StoreParts } from '../store/parts.ts'
import { createAuthorizationCodes } from './authorize/authorization-codes.ts'
import { createKnownClients } from './clients/known-clients.ts'
import type { TokenMeter } from './endpoints/token-meter.ts'
import { createIssueForUser } from './grants/issue-for-user.ts'
import type { SigningAlgorithm } from './keys/algorithms.ts'
import { createKeyring } from './keys/keyring.ts'
import { createIdTokens } from './tokens/id-token.ts'
import { createAccessTokens } from './tokens/issue-access-token.ts'
import { createRefreshTokens, type RefreshTokenLifetimes } from './tokens/refresh-tokens.ts'
import { createRevocations } from './tokens/revocations.ts'
import { createRevokeGrants, revocationLifetimeMilliseconds } from './tokens/revoke-grants.ts'
import { createUsesAtOnce } from './tokens/uses-at-once.ts'
import type { Derive } from './users/hash-password.ts'
import { createKnownUsers } from './users/known-users.ts'
import type { PasswordHashing } from './users/password-hashing.ts'

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

/** What the identity server is made of beside what every room of the region is. */
export interface IdentityParts {
  /** The path of the stylesheet that all pages share. */
  readonly stylesheet: string
  readonly settings: IdentitySettings
  readonly tokenMeter?: TokenMeter
  /** Of those who sign in. */
  readonly passwordHashing?: PasswordHashing
  /** Of the passwords that are set; see `createAdministration`. */
  readonly derive?: Derive
}

const day = 86_400

export type TokenIssuing = Awaited<ReturnType<typeof createTokenIssuing>>

/** Keys, clients, people, and the tokens that they get. */
export async function createTokenIssuing(given: StoreParts & IdentityParts) {
  const { store, settings } = given
  const { tokenLifetimeSeconds, signingAlgorithm, idTokenAlgorithm } = settings
  const { refreshTokenLifetimeSeconds = 14 * day, grantLifetimeSeconds = 90 * day } = settings
  const lifetimeSeconds = tokenLifetimeSeconds
  const keyring = await createKeyring({
    ...given,
    ...settings,
    defaults: { accessTokens: signingAlgorithm, idTokens: idTokenAlgorithm },
  })
  const revocations = await createRevocations(given)
  const clients = createKnownClients({ store, clock: given.clock })
  const users = createKnownUsers({ store, clock: given.clock })
  const parts = { ...given, keyring, revocations, clients, users, lifetimeSeconds, grantLifetimeSeconds }
  const issueAccessToken = createAccessTokens({ ...parts, algorithm: signingAlgorithm })
  const issueIdToken = createIdTokens({ ...parts, algorithm: idTokenAlgorithm })
  const revokeGrants = createRevokeGrants({ ...parts, tokenLifetimeSeconds })
  const uses = createUsesAtOnce()
  const granting = { ...parts, revokeGrants, uses }
  const refreshTokens = createRefreshTokens({ ...granting, refreshTokenLifetimeSeconds })
  const codes = createAuthorizationCodes({
    ...granting,
    revocationLifetimeMilliseconds: revocationLifetimeMilliseconds(lifetimeSeconds),
  })
  const issueForUser = createIssueForUser({ issueAccessToken, issueIdToken, refreshTokens })
  return { ...granting, issueAccessToken, refreshTokens, codes, issueForUser }
}
