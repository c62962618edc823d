import type { Parts } from '../../base/parts.ts'
import { createSignedTokens } from '../../base/signing/signed-tokens.ts'

/** An access token is good for so many seconds (contract/provider §1). */
export const apiTokenSeconds = 299

/** Whom an access token was issued to. */
export interface ApiToken {
  readonly clientId: string
  readonly tenant: number
  /** Who asked for it, as the client says. It opens nothing. */
  readonly username: string
  /** Of the refresh token that was issued with it. */
  readonly refreshTokenHash: string
}

export type ApiTokens = ReturnType<typeof createApiTokens>

/**
 * The access tokens (contract/provider §1): a JWT for its API, and for the pages of the tenant's sessions. It
 * names the refresh token beside it, so that the two need no row.
 */
export function createApiTokens({ sealer, region, clock }: Pick<Parts, 'sealer' | 'region' | 'clock'>) {
  const tokens = createSignedTokens({
    keys: sealer.derivations('provider api'),
    type: 'provider+jwt',
    audience: `${region.paymentOrigin}/api/v1`,
    lifetimeSeconds: apiTokenSeconds,
    clock,
  })
  return {
    issue: ({ clientId, tenant, username, refreshTokenHash }: ApiToken): string =>
      tokens.issue({ sub: clientId, tenant, name: username, refresh: refreshTokenHash }),

    /** `undefined` when it is forged, foreign or has expired. */
    verify(token: string): ApiToken | undefined {
      const { sub, tenant, name, refresh } = tokens.verify(token) ?? {}
      if (typeof sub !== 'string' || typeof tenant !== 'number' || typeof refresh !== 'string')
        return undefined
      return { clientId: sub, tenant, username: String(name ?? ''), refreshTokenHash: refresh }
    },
  }
}
