import type { Outgoing } from '../../../base/outgoing.ts'
import { type AskedAnswer, askGateway, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import { type AdyenSettings, usualSettings } from './adyen-settings.ts'

/** What Adyen said: what it has done, or why it did not do what it was asked. */
export type AdyenAnswer =
  | { readonly is: 'object'; readonly object: Json }
  | { readonly is: 'refusal'; readonly status: number; readonly errorCode: string }

interface Post {
  /** Under the version, as `/payments`. */
  readonly path: string
  readonly body: Buffer
  readonly idempotencyKey: string
  readonly timeoutMilliseconds?: number
  readonly signal: AbortSignal
}

export type AdyenCalls = ReturnType<typeof createAdyenCalls>

/** Asked about a payment, and not for one, Adyen is not waited for any longer. */
const usualTimeout = 30_000

/** Calls Adyen's Checkout API, and tells its refusals from answers that tell nothing. */
export function createAdyenCalls({
  settings,
  send,
}: {
  readonly settings: AdyenSettings
  readonly send: Outgoing
}) {
  const { apiKey, baseUrl, apiVersion, merchantAccount } = { ...usualSettings, ...settings }
  const base = `${baseUrl.replace(/\/+$/, '')}/${apiVersion}`
  return {
    merchantAccount,
    /** The body is overwritten. @throws {UnclearAnswer} @throws {NotSent} */
    async post({
      path,
      body,
      idempotencyKey,
      timeoutMilliseconds = usualTimeout,
      signal,
    }: Post): Promise<AdyenAnswer> {
      return verdictOf(
        await askGateway(send, {
          method: 'POST',
          url: new URL(`${base}${path}`),
          headers: {
            'x-api-key': apiKey,
            'content-type': 'application/json',
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

/** Adyen is still at it, or has been: the same key was used before. */
const alreadyProcessed = '704'

const refusing = [400, 401, 403, 404, 422, 429]

/**
 * What an answer says. Only Adyen's own word counts as a refusal: its error object, with a status that stands for a
 * request that was not carried out, and an error that is not of its own making. All else leaves open what happened: a
 * status of 500 and above, an `internal` error, 409 and the code 704, a header that calls the error transient (the same
 * request is under way), and what is not Adyen's at all, like the page of a proxy.
 */
function verdictOf({ status, headers, json }: AskedAnswer): AdyenAnswer {
  const errorCode = textIn(json, 'errorCode')
  const errorType = textIn(json, 'errorType')
  if ((status === 200 || status === 201) && json && errorCode === undefined && errorType === undefined) {
    return { is: 'object', object: json }
  }
  const isOfItsOwn = errorType === 'internal' || headers['transient-error'] === 'true'
  if (refusing.includes(status) && errorCode && errorCode !== alreadyProcessed && !isOfItsOwn) {
    return { is: 'refusal', status, errorCode }
  }
  throw new UnclearAnswer(`status ${status}`)
}
