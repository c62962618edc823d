import type { Clock } from '../../base/clock.ts'
import { NoAnswer } from '../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { retryAfterMilliseconds } from '../../base/retry-after.ts'
import { signWebhook } from '../../base/signing/standard-webhooks.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'
import type { Configurations } from '../configurations/configurations.ts'
import type { DeliveryAttempt } from './attempt.ts'
import { createOAuthTokens, TokenEndpointRefused, type TokenOrder } from './oauth-tokens.ts'
import { signingSecretsIn } from './signing-secrets.ts'

/** What is sent, and to whose webhook. */
export interface SentMessage {
  readonly id: string
  readonly accountId: number
  readonly configurationId: number
  readonly body: Uint8Array
}

/** Tries once to deliver a message, and says what came of it; it never throws. */
export type SendWebhook = (message: SentMessage, signal: AbortSignal) => Promise<DeliveryAttempt>

/** One try takes no longer, the token included. */
export const attemptMilliseconds = 20_000
const requestMilliseconds = 15_000
const maxBytes = 64 * 1024

/**
 * Sends a message to the webhook of an account configuration as that is now, signed as Standard Webhooks lay down
 * (contract/payment-api §5). A receiver that refuses the access token is asked once more, with a new one.
 *
 * @param failed hears of what is a bug of ours.
 */
export function createSendWebhook({
  clock,
  configurations,
  secrets,
  outgoing,
  failed,
}: {
  readonly clock: Clock
  readonly configurations: Pick<Configurations, 'find'>
  readonly secrets: Pick<AccountSecrets, 'find'>
  readonly outgoing: OutgoingByAddress
  readonly failed: (error: unknown) => void
}): SendWebhook {
  const tokens = createOAuthTokens(clock)

  async function secretNamed(accountId: number, name: string): Promise<string | undefined> {
    try {
      return await secrets.find(accountId, name)
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  async function deliver(message: SentMessage, signal: AbortSignal): Promise<Came> {
    const { accountId, configurationId, id, body } = message
    const webhook = (await configurations.find(accountId, configurationId))?.webhook
    if (!webhook) return { fault: 'no-webhook' }
    const to = new URL(webhook.url).origin
    const text = await secretNamed(accountId, webhook.signingSecret)
    const signing = text === undefined ? undefined : signingSecretsIn(text)
    if (!signing) return { to, fault: 'no-signing-secret' }
    const endsAt = clock.now() + attemptMilliseconds
    const timeLeft = () => Math.max(1, Math.min(requestMilliseconds, endsAt - clock.now()))
    const send = outgoing[webhook.privateAddresses]
    const post = async (token?: string): Promise<Came> => {
      const signed = signWebhook({ id, sentAt: clock.now(), body, secrets: signing })
      const { status, headers } = await send({
        method: 'POST',
        url: new URL(webhook.url),
        body,
        maxBytes,
        signal,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Tonegate-Webhooks',
          ...signed,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        timeoutMilliseconds: timeLeft(),
      })
      const retryAfter = status === 200 ? undefined : retryAfterMilliseconds(headers, clock.now())
      return { to, status, ...(retryAfter !== undefined && { retryAfter }) }
    }
    const { oauth } = webhook
    if (!oauth) return answered({ to }, post)
    const clientSecret = await secretNamed(accountId, oauth.secret)
    if (clientSecret === undefined) return { to, fault: 'no-client-secret' }
    const order = (): TokenOrder => ({
      accountId,
      oauth,
      clientSecret,
      send,
      signal,
      timeoutMilliseconds: timeLeft(),
    })
    return withToken(to, order, post)
  }

  async function withToken(to: string, order: () => TokenOrder, post: Post): Promise<Came> {
    const token = await tokens.find(order()).catch((error: unknown) => tokenFault(order(), error))
    if (typeof token !== 'string') return token
    const first = await answered({ to }, () => post(token))
    if (first.status !== 401) return first
    await tokens.forget(order(), token)
    const fresh = await tokens.find(order()).catch((error: unknown) => tokenFault(order(), error))
    return typeof fresh === 'string' ? answered({ to }, () => post(fresh)) : fresh
  }

  return async (message, signal) => {
    const at = clock.now()
    const came = await deliver(message, signal).catch((error: unknown): Came => {
      failed(error)
      return { fault: 'internal-error' }
    })
    return { at, milliseconds: clock.now() - at, ...came }
  }
}

type Came = Omit<DeliveryAttempt, 'at' | 'milliseconds'>
type Post = (token?: string) => Promise<Came>

async function answered(where: Came, post: Post): Promise<Came> {
  try {
    return await post()
  } catch (error) {
    return { ...where, ...faultOf(error) }
  }
}

function tokenFault({ oauth }: TokenOrder, error: unknown): Came {
  const where = { to: new URL(oauth.tokenUrl).origin, of: 'token-endpoint' } as const
  if (!(error instanceof TokenEndpointRefused)) return { ...where, ...faultOf(error) }
  const { status, retryAfter } = error
  if (status === 200) return { ...where, fault: 'no-token' }
  return { ...where, status, ...(retryAfter !== undefined && { retryAfter }) }
}

/** @throws what is no fault of the network. */
function faultOf(error: unknown): Pick<DeliveryAttempt, 'fault' | 'reason'> {
  if (error instanceof NoAnswer) return { fault: error.fault, reason: error.reason }
  throw error
}
