import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import { createApiCalls } from '../api-calls.ts'
import { type AskedAnswer, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import { maskedText } from '../masked-text.ts'
import { type AdyenSettings, defaultSettings } from './adyen-settings.ts'

/**
 * What Adyen said: what it has done; why it did not do what it was asked; or that it could not begin, so that the same
 * key will count as a new one.
 *
 * `isKeyed`: Adyen has looked whether the key was used before, and would have repeated what it had answered then.
 */
export type AdyenAnswer =
  | { readonly is: 'object'; readonly object: Json; readonly isKeyed: boolean }
  | {
      readonly is: 'refusal'
      readonly status: number
      readonly errorCode: string
      readonly isKeyed: boolean
      /** Adyen's text; it is for nobody's result. */
      readonly message: string
    }
  | { readonly is: 'not-begun'; readonly errorCode: string }

export type AdyenCalls = ReturnType<typeof createAdyenCalls>

/** Calls Adyen's Checkout API, and tells its refusals from answers that tell nothing. */
export function createAdyenCalls({
  settings,
  send,
  log,
}: {
  readonly settings: AdyenSettings
  readonly send: Outgoing
  /** Where what Adyen refuses is said in its own words, which no result has. */
  readonly log?: Pick<Log, 'warn'>
}) {
  const { apiKey, baseUrl, apiVersion, merchantAccount } = { ...defaultSettings, ...settings }
  const base = `${baseUrl.replace(/\/+$/, '')}/${apiVersion}`
  const { post } = createApiCalls({
    send,
    urlOf: (path) => new URL(`${base}${path}`),
    headers: { 'x-api-key': apiKey },
    contentType: 'application/json',
    keyHeader: 'idempotency-key',
    maxBytes: 256 * 1024,
    verdictOf(answer, request) {
      const { status, json } = answer
      if (json && 'errorCode' in json) {
        log?.warn({ kind: 'adyen', status, ...wordsOf(json) }, 'Adyen answered with an error')
      }
      return verdictOf(answer, answer.headers['idempotency-key'] === request?.idempotencyKey)
    },
  })
  return { merchantAccount, post }
}

function wordsOf(error: Json): Readonly<Record<string, string>> {
  const errorCode = textIn(error, 'errorCode') ?? ''
  return {
    // Adyen's codes are numbers, and shorter than anybody's card number.
    errorCode: /^\w{1,8}$/.test(errorCode) ? errorCode : maskedText(errorCode),
    errorType: maskedText(textIn(error, 'errorType') ?? ''),
    text: maskedText(textIn(error, 'message') ?? ''),
  }
}

/** The same key is in use, or has been: 704; or what it needs is at the moment not to be had: 703. */
const open = ['703', '704']

const refusing = [400, 401, 403, 404, 422, 429]

/** Whose fault it is, where it is not Adyen's own (`internal`). What it may say beyond that is not known. */
const errorTypes = ['validation', 'security', 'configuration']

/**
 * What an answer says. Only Adyen's own word counts as a refusal: its error object, with a status and a type that stand
 * for a request that was not carried out. `Transient-Error: true` says that nothing was begun, whatever the status: no
 * message has left for a bank, and the key stays as good as new. All else leaves open what happened: a status of 500 and
 * above, 409 and the code 704 (the same key is under way), a type that is not known, and what is not Adyen's at all, like
 * the page of a proxy.
 */
function verdictOf({ status, headers, json }: AskedAnswer, isKeyed: boolean): AdyenAnswer {
  const errorCode = textIn(json, 'errorCode')
  const errorType = textIn(json, 'errorType')
  const isDone = status === 200 || status === 201
  const isTransient = String(headers['transient-error']).toLowerCase() === 'true'
  if (isDone && json && errorCode === undefined && errorType === undefined && !isTransient) {
    return { is: 'object', object: json, isKeyed }
  }
  const isInUse = status === 409 || errorCode === '704'
  if (isTransient && json && !isInUse && ['Error', undefined].includes(textIn(json, 'resultCode'))) {
    return { is: 'not-begun', errorCode: errorCode ?? 'transient-error' }
  }
  const isOnesOwn =
    errorCode !== undefined && !open.includes(errorCode) && errorTypes.includes(errorType ?? '')
  if (refusing.includes(status) && isOnesOwn && !isTransient) {
    return { is: 'refusal', status, errorCode, isKeyed, message: textIn(json, 'message') ?? '' }
  }
  throw new UnclearAnswer(`status ${status}`)
}
