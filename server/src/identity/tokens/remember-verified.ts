import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { AccessToken, VerifyAccessToken } from './verify-access-token.ts'

const maxVerified = 20_000

/**
 * Verifies a token once, and then knows it until it expires or a key leaves the keyring. What else can end a token,
 * a revocation or a disabled client, is left to whoever asks.
 */
export function rememberVerified({
  verify,
  keyring,
  clock,
}: {
  readonly verify: VerifyAccessToken
  readonly keyring: Keyring
  readonly clock: Clock
}): VerifyAccessToken {
  const verified = createBoundedCache<string, { readonly token: AccessToken; readonly generation: number }>(
    maxVerified,
  )
  return async (text) => {
    const known = verified.get(text)
    if (known !== undefined && known.generation === keyring.generation()) {
      return known.token.expiresAt > clock.now() ? known.token : 'expired'
    }
    const generation = keyring.generation()
    const token = await verify(text)
    if (typeof token !== 'string') verified.set(text, { token, generation })
    return token
  }
}
