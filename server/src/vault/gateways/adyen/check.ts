import type { CheckedPoint, Gateway } from '../../model/gateway.ts'
import { type Json, objectsIn } from '../json-answer.ts'
import { lookAt } from '../look-at.ts'
import { maskedText } from '../masked-text.ts'
import type { AdyenAnswer, AdyenCalls } from './adyen-calls.ts'
import type { AdyenSettings } from './adyen-settings.ts'

/** No card has it: its check digit is wrong, so that Adyen refuses it before it asks anybody. */
const noCard = '4000000000000000'

/** What Adyen says of a number that it has read and that is no card's. */
const invalidNumber = ['101', '102', '103', '105', '14_002']

/**
 * Asks for the ways to pay (`/paymentMethods`), and for a payment of nothing with a number that no card has, which Adyen
 * refuses for the number where it may be sent at all.
 */
export const adyenCheck =
  (
    calls: AdyenCalls,
    {
      settings: { merchantAccount, hmacKey },
      newKey,
    }: { readonly settings: AdyenSettings; readonly newKey: () => string },
  ): NonNullable<Gateway['check']> =>
  async (signal) => {
    const credentials = await lookAt('credentials', async () =>
      credentialsBy(await ask('/paymentMethods', { merchantAccount, channel: 'Web' })),
    )
    const rawCards =
      credentials.state === 'in-order'
        ? await lookAt('raw-cards', async () => rawCardsBy(await askWithNoCard()))
        : notAsked
    return [
      credentials,
      rawCards,
      {
        what: 'moto',
        state: 'unknown',
        detail:
          'Only a live payment shows whether Adyen accepts phone payments (MOTO) for this merchant account.',
      },
      {
        what: 'kept-cards',
        state: 'unknown',
        detail:
          'Only a live payment shows whether Adyen returns a token. Enable it under Additional data in the Customer Area.',
      },
      {
        what: 'three-d-secure',
        state: 'unknown',
        detail: 'Only a live payment shows whether the bank’s page opens in the payment page.',
      },
      notificationsBy(hmacKey),
    ]

    function askWithNoCard() {
      return ask('/payments', {
        paymentMethod: { type: 'scheme', number: noCard, expiryMonth: '03', expiryYear: '2030' },
        merchantAccount,
        amount: { currency: 'EUR', value: 0 },
        reference: 'check',
        shopperInteraction: 'Moto',
        channel: 'Web',
        returnUrl: 'https://return.invalid/',
      })
    }

    function ask(path: string, body: object): Promise<AdyenAnswer> {
      return calls.post({ path, body: Buffer.from(JSON.stringify(body)), idempotencyKey: newKey(), signal })
    }
  }

const notAsked: CheckedPoint = {
  what: 'raw-cards',
  state: 'unknown',
  detail: 'Not checked, because the credentials were not accepted.',
}

function credentialsBy(answer: AdyenAnswer): CheckedPoint {
  const what = 'credentials'
  if (answer.is === 'object') {
    return takesCards(answer.object)
      ? { what, state: 'in-order', detail: 'Adyen accepted the API key. The merchant account accepts cards.' }
      : {
          what,
          state: 'wrong',
          detail:
            'Cards are not enabled for this merchant account. Add them as a payment method in the Customer Area.',
        }
  }
  if (answer.is === 'not-begun') {
    return {
      what,
      state: 'unknown',
      detail: `Adyen did not process the request (${answer.errorCode}). Try again.`,
    }
  }
  const detail = `Adyen refused the API key or the merchant account (${said(answer)}). Check both settings.`
  return { what, state: 'wrong', detail }
}

const takesCards = (answer: Json): boolean =>
  objectsIn(answer, 'paymentMethods').some(({ type }) => type === 'scheme')

function rawCardsBy(answer: AdyenAnswer): CheckedPoint {
  const what = 'raw-cards'
  if (answer.is === 'refusal' && invalidNumber.includes(answer.errorCode)) {
    return {
      what,
      state: 'in-order',
      detail: 'Adyen read a test number and refused it as invalid. Card numbers may be sent.',
    }
  }
  if (answer.is === 'refusal' && answer.status === 403) {
    const detail = `The API credential may not send card numbers (${said(answer)}). Ask Adyen for raw card data access.`
    return { what, state: 'wrong', detail }
  }
  const told = answer.is === 'refusal' ? ` (${said(answer)})` : ''
  return {
    what,
    state: 'unknown',
    detail: `Adyen’s answer does not show whether card numbers may be sent${told}. Try a payment.`,
  }
}

const notificationsBy = (hmacKey: string | undefined): CheckedPoint => ({
  what: 'notifications',
  state: 'unknown',
  detail:
    hmacKey === undefined
      ? 'No hmacKey is set. Notifications are refused, and pending payments stay unknown.'
      : 'Only a notification shows whether the HMAC key matches the webhook.',
})

/** Adyen's own words, without a digit. */
const said = ({ errorCode, message }: Extract<AdyenAnswer, { readonly is: 'refusal' }>): string =>
  `${errorCode}: ${maskedText(message)}`
