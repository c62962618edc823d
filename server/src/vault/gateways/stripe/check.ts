import type { CheckedPoint, Gateway } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import { lookAt, type Seen } from '../look-at.ts'
import { formOf, type StripeAnswer, type StripeCalls, type StripeForm, wordsOf } from './stripe-calls.ts'
import { defaultSettings, type StripeSettings } from './stripe-settings.ts'
import { formsOfVersion } from './stripe-version.ts'

/** No card has it: its last digit is wrong. Where card numbers may be sent, Stripe says so. */
const impossibleNumber = '4242424242424241'

/** Nor does a card stand behind this name, so that nothing is set up with it. */
const noMethod = 'pm_tonegate_check'

/**
 * Asks for what Stripe cannot carry out, so that nothing is charged or kept, and looks at how it refuses.
 * A request that Stripe allows no card numbers in is refused as an `invalid_request_error`, and a wrong number as a
 * `card_error`; a parameter that the account is not allowed, like `moto`, is one that Stripe does not know.
 */
export function stripeCheck(
  calls: StripeCalls,
  { settings, now }: { readonly settings: StripeSettings; readonly now: () => number },
): NonNullable<Gateway['check']> {
  const { apiVersion, webhookSecrets } = { ...defaultSettings, ...settings }
  return async (signal) => {
    const ask = asker(calls, { now, signal })
    return [
      await lookAt('credentials', () => readable(calls, signal)),
      await lookAt('raw-cards', () => rawCards(ask, now())),
      await lookAt('moto', () => moto(ask, apiVersion)),
      await lookAt('kept-cards', () => keptCards(ask)),
      notificationsBy(webhookSecrets),
      threeDSecure,
    ]
  }
}

type Ask = (path: string, form: StripeForm) => Promise<StripeAnswer>

/**
 * Each by a key of its own: Stripe repeats an answer that it has given.
 *
 * @throws {UnclearAnswer} when asked, also where the answer is about the API key, or about too many requests.
 */
function asker(
  calls: StripeCalls,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Ask {
  return async (path, form) => {
    const idempotencyKey = `check-${path.split('/').at(-1)}-${now()}`
    const answer = await calls.post({ path, body: Buffer.from(formOf(form)), idempotencyKey, signal })
    if (answer.is === 'refusal' && [401, 429].includes(answer.status)) {
      throw new UnclearAnswer(`status ${answer.status}`)
    }
    return answer
  }
}

async function readable(calls: StripeCalls, signal: AbortSignal): Promise<Seen> {
  for (const path of ['/v1/payment_intents', '/v1/setup_intents', '/v1/refunds'] as const) {
    const answer = await calls.get(path, { limit: 1 }, signal)
    if (answer.is === 'refusal') {
      const about = answer.status === 401 ? 'The API key is not accepted' : `The key may not read ${path}`
      return {
        state: answer.status === 429 ? 'unknown' : 'wrong',
        detail: `${about}: ${wordsIn(answer.error)}`,
      }
    }
  }
  return {
    state: 'in-order',
    detail: 'The API key is accepted and may read payments, kept cards and refunds.',
  }
}

async function rawCards(ask: Ask, now: number): Promise<Seen> {
  const answer = await ask('/v1/payment_methods', {
    type: 'card',
    'card[number]': impossibleNumber,
    'card[exp_month]': 12,
    'card[exp_year]': new Date(now).getUTCFullYear() + 1,
  })
  if (answer.is === 'object') return unexpected
  if (textIn(answer.error, 'type') === 'card_error') {
    return {
      state: 'in-order',
      detail: 'Stripe checks card numbers: it refused an invalid number as such.',
    }
  }
  return {
    state: 'wrong',
    detail: `Stripe does not accept card numbers from this account: ${wordsIn(answer.error)}`,
  }
}

async function moto(ask: Ask, apiVersion: string): Promise<Seen> {
  const answer = await ask('/v1/setup_intents', {
    confirm: true,
    ...formsOfVersion(apiVersion).cardOnly,
    payment_method: noMethod,
    'payment_method_options[card][moto]': true,
  })
  if (answer.is === 'object') return unexpected
  if (textIn(answer.error, 'param')?.includes('moto')) {
    return {
      state: 'wrong',
      detail: `The account may not take phone payments (MOTO): ${wordsIn(answer.error)}`,
    }
  }
  return textIn(answer.error, 'code') === 'resource_missing'
    ? { state: 'in-order', detail: 'Stripe accepts the parameter for phone payments (MOTO).' }
    : { state: 'unknown', detail: `Stripe gave an unexpected answer: ${wordsIn(answer.error)}` }
}

async function keptCards(ask: Ask): Promise<Seen> {
  const answer = await ask('/v1/customers', { payment_method: noMethod })
  if (answer.is === 'object') return unexpected
  return textIn(answer.error, 'code') === 'resource_missing'
    ? { state: 'in-order', detail: 'The key may create customers, which kept cards need.' }
    : {
        state: 'wrong',
        detail: `The key may not create customers, which kept cards need: ${wordsIn(answer.error)}`,
      }
}

const notificationsBy = (webhookSecrets: StripeSettings['webhookSecrets']): CheckedPoint => ({
  what: 'notifications',
  state: 'unknown',
  detail: webhookSecrets
    ? 'A signing secret is set. Only an incoming notification shows that Stripe sends them here.'
    : 'No signing secret is set (webhookSecrets): notifications are refused, and Stripe is asked about payments instead.',
})

const threeDSecure: CheckedPoint = {
  what: 'three-d-secure',
  state: 'unknown',
  detail: 'Only a payment with 3-D Secure shows whether the bank’s page opens in the payment page.',
}

const unexpected: Seen = {
  state: 'unknown',
  detail: 'Stripe carried out a request that it should have refused. Check the dashboard.',
}

const wordsIn = (error: Json): string => Object.values(wordsOf(error)).join(', ')
