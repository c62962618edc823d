import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { retryAfterMilliseconds } from '../../base/retry-after.ts'
import { readJson } from '../../base/text/read-json.ts'
import type { OAuthSettings } from '../configurations/webhook-settings.ts'

/** Who asks for a token, and how. */
export interface TokenOrder {
  readonly accountId: number
  readonly oauth: OAuthSettings
  readonly clientSecret: string
  readonly send: Outgoing
  readonly timeoutMilliseconds: number
  readonly signal: AbortSignal
}

/** The token endpoint answered, but not with a token. */
export class TokenEndpointRefused extends Error {
  readonly status: number
  /** For how many milliseconds it wants to be left alone. */
  readonly retryAfter: number | undefined
  constructor(status: number, retryAfter: number | undefined) {
    super(`The token endpoint did not return a token: ${status}.`)
    this.name = 'TokenEndpointRefused'
    this.status = status
    this.retryAfter = retryAfter
  }
}

export interface OAuthTokens {
  /**
   * A token that is good for a while; asked for once, however many want it.
   *
   * @throws {TokenEndpointRefused}
   * @throws {NoAnswer}
   */
  find(order: TokenOrder): Promise<string>
  /** It was refused: the next one is asked for anew. */
  forget(order: TokenOrder, token: string): Promise<void>
}

interface Kept {
  readonly token: Promise<string>
  /** Milliseconds since the epoch; raised once the answer is there. */
  readonly goodUntil: number
}

const maxKept = 1000
/** A token is not used in the last seconds of its life: it has a way to go. */
const earlierMilliseconds = 30_000
const defaultLifetimeSeconds = 300
/** After a failed token request, wait this long. */
const failedMilliseconds = 1000
const maxBytes = 64 * 1024

/** Client credentials (RFC 6749 §4.4) of webhooks. */
export function createOAuthTokens(clock: Clock): OAuthTokens {
  const kept = createBoundedCache<string, Kept>(maxKept)

  function ask(key: string, order: TokenOrder): Promise<string> {
    const asked = requestToken(order, clock)
    const token = asked.then(({ text }) => text)
    const keep = (goodUntil: number) => kept.set(key, { token, goodUntil })
    keep(Number.POSITIVE_INFINITY)
    asked.then(
      ({ lifetimeMilliseconds }) => keep(clock.now() + goodMilliseconds(lifetimeMilliseconds)),
      (error: unknown) => keep(clock.now() + notAgainBefore(error)),
    )
    return token
  }

  return {
    async find(order) {
      const key = keyOf(order)
      const known = kept.get(key)
      return known && clock.now() < known.goodUntil ? known.token : ask(key, order)
    },
    async forget(order, token) {
      const key = keyOf(order)
      const known = kept.get(key)
      if (known && (await known.token.catch(() => undefined)) === token && kept.get(key) === known) {
        kept.delete(key)
      }
    },
  }
}

const keyOf = ({ accountId, oauth }: TokenOrder) => `${accountId} ${JSON.stringify(oauth)}`

const goodMilliseconds = (lifetime: number) => lifetime - Math.min(earlierMilliseconds, lifetime / 2)

/** Others of its receivers do not ask it again before it wants to be asked. */
const notAgainBefore = (error: unknown): number =>
  Math.max(failedMilliseconds, (error instanceof TokenEndpointRefused && error.retryAfter) || 0)

async function requestToken(
  { oauth, clientSecret, send, timeoutMilliseconds, signal }: TokenOrder,
  clock: Clock,
) {
  const { tokenUrl, clientId, authentication, parameters } = oauth
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...parameters })
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  if (authentication === 'basic') headers.authorization = basic(clientId, clientSecret)
  else {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  }
  const {
    status,
    body,
    headers: answered,
  } = await send({
    method: 'POST',
    url: new URL(tokenUrl),
    headers,
    timeoutMilliseconds,
    maxBytes,
    signal,
    body: Buffer.from(form.toString()),
    wipeBody: true,
  })
  const read = status === 200 ? readToken(body) : undefined
  if (!read) throw new TokenEndpointRefused(status, retryAfterMilliseconds(answered, clock.now()))
  return read
}

/** RFC 6749 §2.3.1: each half is encoded as in a form first. */
function basic(id: string, secret: string): string {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`
}

/** What may stand in a header after `Bearer ` (RFC 6750 §2.1). */
const tokenPattern = /^[A-Za-z0-9\-._~+/]{1,16000}=*$/

function readToken(
  body: Uint8Array,
): { readonly text: string; readonly lifetimeMilliseconds: number } | undefined {
  const answer = readJson(body)
  if (typeof answer !== 'object' || answer === null) return undefined
  const { access_token, token_type = 'Bearer', expires_in } = answer as Record<string, unknown>
  if (typeof access_token !== 'string' || !tokenPattern.test(access_token)) return undefined
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') return undefined
  const seconds = Number(expires_in ?? defaultLifetimeSeconds)
  const lifetime = Number.isFinite(seconds) && seconds > 0 ? seconds : defaultLifetimeSeconds
  return { text: access_token, lifetimeMilliseconds: lifetime * 1000 }
}
