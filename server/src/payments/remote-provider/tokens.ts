import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import type { AskProvider, ProviderTarget } from './ask-provider.ts'
import { bodyOf, refused, shownCode, unavailable } from './provider-answers.ts'

/** What the token endpoint answers (contract/provider §1). */
export interface ProviderTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface TokenSource {
  /**
   * A pair of its own. A refresh token is good once, so that a pair which goes to a browser goes to one alone.
   *
   * @throws {Problem} `provider-refused`, `provider-unavailable`.
   */
  fresh(target: ProviderTarget): Promise<ProviderTokens>
  /**
   * The pair of the requests that no browser takes part in, until shortly before it ends. Throws as `fresh`.
   *
   * @param refused a pair that the provider takes no more.
   */
  shared(target: ProviderTarget, refused?: ProviderTokens): Promise<ProviderTokens>
}

const maxKept = 1000
const defaultSeconds = 299
const spareMilliseconds = 30_000

/** A value that goes into a header, and that no error in its place looks like. */
const tokenPattern = /^[\x21-\x7e]{16,16384}$/
const refreshPattern = /^[\x21-\x7e]{1,512}$/

/** Tokens of providers (contract/provider §1). For each set of credentials one request at a time is under way. */
export function createTokens({
  ask,
  clock,
}: {
  readonly ask: AskProvider
  readonly clock: Clock
}): TokenSource {
  const kept = createBoundedCache<string, Promise<ProviderTokens>>(maxKept)

  async function fresh(target: ProviderTarget): Promise<ProviderTokens> {
    const { tenantName, username, clientId } = target.provider
    const askedAt = clock.now()
    const clientSecret = await ask.secretOf(target)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      tenantname: tenantName,
      username,
      client_id: clientId,
      client_secret: clientSecret,
    })
    const answer = await ask.send(target, {
      step: 'token',
      method: 'POST',
      path: '/api/v1/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
      wipeBody: true,
    })
    const body = bodyOf(answer)
    const code = shownCode(body?.error, clientSecret)
    if (code !== undefined) throw refusedToken(target, code)
    if (answer.status === 429 || answer.status >= 500) throw unavailable(answer)
    const { access_token: accessToken, refresh_token: refreshToken, expires_in } = body ?? {}
    if (answer.status !== 200) throw refusedToken(target, `status ${answer.status}`)
    if (typeof accessToken !== 'string' || !tokenPattern.test(accessToken)) {
      throw refusedToken(target, 'no token')
    }
    const seconds = Number(expires_in)
    return {
      accessToken,
      refreshToken: typeof refreshToken === 'string' && refreshPattern.test(refreshToken) ? refreshToken : '',
      expiresAt: askedAt + (seconds > 0 && seconds < 86_400 ? seconds : defaultSeconds) * 1000,
    }
  }

  const isGood = (tokens: ProviderTokens | undefined, refused: ProviderTokens | undefined) =>
    tokens !== undefined && tokens !== refused && clock.now() < tokens.expiresAt - spareMilliseconds

  async function shared(target: ProviderTarget, refused?: ProviderTokens): Promise<ProviderTokens> {
    const key = keyOf(target)
    const known = kept.get(key)
    const tokens = await known?.catch(() => undefined)
    if (tokens && isGood(tokens, refused)) return tokens
    if (kept.get(key) !== known) return shared(target, refused)
    const asked = fresh(target)
    kept.set(key, asked)
    return asked
  }

  return { fresh, shared }
}

/** The text is the original's (contract/payment-api §6). */
function refusedToken({ configurationId }: ProviderTarget, code: string) {
  return refused(
    `Provider's authorization endpoint returned error message '${code}'. ` +
      `Check the provider's credentials in account configuration ${configurationId}.`,
  )
}

const keyOf = ({ accountId, provider }: ProviderTarget) =>
  JSON.stringify([
    accountId,
    provider.baseUrl,
    provider.tenantName,
    provider.username,
    provider.clientId,
    provider.clientSecret,
  ])
