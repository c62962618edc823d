import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import { createApiCalls } from '../api-calls.ts'
import { type AskedAnswer, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { maskedText } from '../masked-text.ts'
import { defaultSettings, type StripeSettings } from './stripe-settings.ts'

/** What Stripe said: an object, or why it did not do what it was asked. */
export type StripeAnswer =
  | { readonly is: 'object'; readonly object: Json }
  | { readonly is: 'refusal'; readonly status: number; readonly error: Json }

export type StripeForm = Readonly<Record<string, string | number | boolean | undefined>>

export type StripeCalls = ReturnType<typeof createStripeCalls>

/** Calls Stripe's API, and tells its refusals from answers that tell nothing. */
export function createStripeCalls({
  settings,
  send,
  log,
}: {
  readonly settings: StripeSettings
  readonly send: Outgoing
  /** Where what Stripe refuses is said in its own words, which no result has. */
  readonly log?: Pick<Log, 'warn'>
}) {
  const { apiKey, baseUrl, apiVersion } = { ...defaultSettings, ...settings }
  const { get, post } = createApiCalls({
    send,
    urlOf: (path) => new URL(`${baseUrl.replace(/\/+$/, '')}${path}`),
    headers: { authorization: `Bearer ${apiKey}`, 'stripe-version': apiVersion },
    contentType: 'application/x-www-form-urlencoded',
    keyHeader: 'idempotency-key',
    // Lists of payments are long.
    maxBytes: 4 * 1024 * 1024,
    verdictOf(answer) {
      const error = objectIn(answer.json, 'error')
      // A declined card is an outcome like any other.
      if (error && textIn(error, 'type') !== 'card_error') {
        log?.warn(
          { kind: 'stripe', status: answer.status, ...wordsOf(error) },
          'Stripe answered with an error',
        )
      }
      return verdictOf(answer)
    },
  })
  return {
    get: (path: string, query: StripeForm, signal: AbortSignal) => get(path, signal, formOf(query)),
    post,
  }
}

/** What an error says for people to read, and what of the request it means; no digit of it. */
export function wordsOf(error: Json): Readonly<Record<string, string>> {
  const named = ['type', 'code', 'param', 'message'].map((name) => [name, textIn(error, name)] as const)
  return Object.fromEntries(
    named.flatMap(([name, text]) =>
      text === undefined ? [] : [[name === 'message' ? 'text' : name, maskedText(text)]],
    ),
  )
}

/** A form without what is not known. */
export function formOf(form: StripeForm): string {
  const pairs = Object.entries(form).filter(([, value]) => value !== undefined)
  return new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()
}

/**
 * What an answer says. Only Stripe's own word counts as a refusal: its error object, of a type that stands for a request
 * that was not carried out, with a status that does. All else leaves open what happened:
 * a status of 500 and above, which Stripe wants treated as indeterminate (https://docs.stripe.com/error-low-level);
 * 424, a failure of something behind Stripe; 409 and `idempotency_error`, a request with this key is under way or was
 * another one; a type that is not known; and what is not Stripe's at all, like the page of a proxy.
 */
function verdictOf({ status, json }: AskedAnswer): StripeAnswer {
  const error = objectIn(json, 'error')
  if (status === 200 && json && !error && textIn(json, 'object')) return { is: 'object', object: json }
  const isRefusal =
    error && refusals.has(textIn(error, 'type') ?? '') && !underWay.has(textIn(error, 'code') ?? '')
  if (isRefusal && [400, 401, 402, 403, 404, 429].includes(status)) return { is: 'refusal', status, error }
  throw new UnclearAnswer(`status ${status}`)
}

const refusals = new Set(['card_error', 'invalid_request_error'])

const underWay = new Set(['idempotency_key_in_use'])
