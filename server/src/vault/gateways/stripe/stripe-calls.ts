import type { Outgoing } from '../../../base/outgoing.ts'
import { type AskedAnswer, askGateway, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { type StripeSettings, usualSettings } from './stripe-settings.ts'

/** What Stripe said: an object, or why it did not do what it was asked. */
export type StripeAnswer =
  | { readonly is: 'object'; readonly object: Json }
  | { readonly is: 'refusal'; readonly status: number; readonly error: Json }

export type StripeForm = Readonly<Record<string, string | number | boolean | undefined>>

interface Post {
  readonly path: string
  readonly body: Buffer
  readonly idempotencyKey: string
  readonly timeoutMilliseconds?: number
  readonly signal: AbortSignal
}

export type StripeCalls = ReturnType<typeof createStripeCalls>

/** Asked about a payment, and not for one, Stripe is not waited for any longer. */
const usualTimeout = 30_000

/** Calls Stripe's API, and tells its refusals from answers that tell nothing. */
export function createStripeCalls({
  settings,
  send,
}: {
  readonly settings: StripeSettings
  readonly send: Outgoing
}) {
  const { apiKey, baseUrl, apiVersion } = { ...usualSettings, ...settings }
  const headers = { authorization: `Bearer ${apiKey}`, 'stripe-version': apiVersion }
  const urlOf = (path: string) => new URL(`${baseUrl.replace(/\/+$/, '')}${path}`)

  return {
    /** @throws {UnclearAnswer} @throws {NotSent} */
    async get(path: string, query: StripeForm, signal: AbortSignal): Promise<StripeAnswer> {
      const url = urlOf(path)
      url.search = formOf(query)
      const timeoutMilliseconds = usualTimeout
      const mostBytes = 4 * 1024 * 1024
      return verdictOf(
        await askGateway(send, { method: 'GET', url, headers, timeoutMilliseconds, mostBytes, signal }),
      )
    },
    /** The body is overwritten. @throws {UnclearAnswer} @throws {NotSent} */
    async post({
      path,
      body,
      idempotencyKey,
      timeoutMilliseconds = usualTimeout,
      signal,
    }: Post): Promise<StripeAnswer> {
      return verdictOf(
        await askGateway(send, {
          method: 'POST',
          url: urlOf(path),
          headers: {
            ...headers,
            'content-type': 'application/x-www-form-urlencoded',
            'idempotency-key': idempotencyKey,
          },
          body,
          wipeBody: true,
          timeoutMilliseconds,
          signal,
        }),
      )
    },
  }
}

/** A form without what is not known. */
export function formOf(form: StripeForm): string {
  const pairs = Object.entries(form).filter(([, value]) => value !== undefined)
  return new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()
}

/**
 * What an answer says. Only Stripe's own word counts as a refusal: its error object, with a status that stands for
 * "not carried out". All else leaves open what happened:
 * a status of 500 and above, which Stripe wants treated as indeterminate (https://docs.stripe.com/error-low-level);
 * 424, a failure of something behind Stripe; 409 and `idempotency_error`, a request with this key is under way or was
 * another one; and what is not Stripe's at all, like the page of a proxy.
 */
function verdictOf({ status, json }: AskedAnswer): StripeAnswer {
  const error = objectIn(json, 'error')
  if (status === 200 && json && !error && textIn(json, 'object')) return { is: 'object', object: json }
  const type = textIn(error, 'type')
  const isRefusal = [400, 401, 402, 403, 404, 429].includes(status) && error && type
  if (isRefusal && type !== 'idempotency_error' && type !== 'api_error') {
    return { is: 'refusal', status, error }
  }
  throw new UnclearAnswer(`status ${status}`)
}
