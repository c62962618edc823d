import type { Log } from '../../base/log.ts'
import { statusReason } from '../../base/outgoing/no-answer-reasons.ts'
import { NoAnswer, type OutgoingAnswer, type OutgoingRequest } from '../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { inSpanOrTrace } from '../../base/tracing/in-span.ts'
import type { Tracer } from '../../base/tracing/span.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import { notLaunched, refused, unavailable } from './provider-answers.ts'

/** A provider, and whose it is. */
export interface ProviderTarget {
  readonly accountId: number
  readonly configurationId: number
  readonly provider: ProviderSettings
}

/** The secrets of accounts, which configurations refer to by their names. */
export interface NamedSecrets {
  find(accountId: number, name: string): string | undefined | Promise<string | undefined>
}

/** A request to a provider. */
export interface ProviderRequest extends Pick<OutgoingRequest, 'headers' | 'body' | 'wipeBody'> {
  /** What it is for, in the log. */
  readonly step: 'token' | 'launch' | 'status' | 'cancel' | 'link'
  readonly method: 'GET' | 'POST'
  /** Behind the provider's base URL. */
  readonly path: string
}

export interface AskProvider {
  /** @throws {Problem} `provider-refused` when the account has no such secret. */
  secretOf(target: ProviderTarget): Promise<string>
  /** @throws {Problem} `provider-unavailable` */
  send(target: ProviderTarget, request: ProviderRequest): Promise<OutgoingAnswer>
}

const timeoutMilliseconds = 10_000
const maxBytes = 64 * 1024

/**
 * The way to providers. Neither a token nor a secret nor a customer's name reaches an error or a log. Each request is waited
 * for in a span, of which the provider hears nothing.
 */
export function createAskProvider({
  outgoing,
  secrets,
  log,
  tracer,
}: {
  readonly outgoing: OutgoingByAddress
  readonly secrets: NamedSecrets
  readonly log: Log
  readonly tracer?: Tracer
}): AskProvider {
  function sendTraced(accountId: number, step: ProviderRequest['step'], send: () => Promise<OutgoingAnswer>) {
    const attributes = { 'tonegate.account_id': accountId, 'tonegate.operation': step }
    return inSpanOrTrace(tracer, 'ask provider', { kind: 'client', attributes }, async (span) => {
      const answer = await send()
      span.set({ 'http.response.status_code': answer.status })
      return answer
    })
  }

  return {
    async secretOf({ accountId, configurationId, provider }) {
      const secret = await secrets.find(accountId, provider.clientSecret)
      if (secret !== undefined) return secret
      log.error(
        { accountId, configurationId, secret: provider.clientSecret },
        'the account has no secret of this name: its provider cannot be asked',
      )
      throw refused(
        `Account configuration ${configurationId} names the secret '${provider.clientSecret}', which the account does not have.`,
      )
    },

    async send({ accountId, configurationId, provider }, { step, path, ...request }) {
      try {
        const send = () =>
          outgoing[provider.privateAddresses]({
            ...request,
            headers: { accept: 'application/json', ...request.headers },
            url: urlAt(provider.baseUrl, path),
            timeoutMilliseconds,
            maxBytes,
          })
        const answer = await sendTraced(accountId, step, send)
        const { status } = answer
        if (status === 429 || status >= 500) {
          log.warn(
            { accountId, configurationId, step, status },
            `the payment provider ${statusReason(status)}`,
          )
        }
        return answer
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        const { fault, reason } = error
        log.warn(
          { accountId, configurationId, step, fault },
          `the payment provider did not answer: ${reason}`,
        )
        throw error.mayHaveArrived ? unavailable() : notLaunched(unavailable())
      }
    },
  }
}

/** An address of a provider: a base URL may end in a path of its own. */
export const urlAt = (base: string, path: string): URL => new URL(base.replace(/\/+$/, '') + path)
