import type { DeclineReason, End, Outcome } from '../../../server/src/vault/capture-result.ts'
import type { FieldError, FieldName, FieldView } from '../../../server/src/vault/view-state.ts'

/** Everything that the agent view says, in English. A translation is another object of this shape. */
export const texts = {
  fields: {
    pan: 'Card number',
    expiry: 'Expiry date',
    securityCode: 'Security code',
  } satisfies Record<FieldName, string>,
  /** The same names in the middle of a sentence. */
  fieldsInSentence: {
    pan: 'card number',
    expiry: 'expiry date',
    securityCode: 'security code',
  } satisfies Record<FieldName, string>,
  fieldStates: {
    empty: 'Not asked for yet',
    asked: 'Waiting for the first digit',
    entering: 'Being typed',
    complete: 'Complete',
    refused: 'Not taken',
  } satisfies Record<FieldView['state'], string>,
  fieldErrors: {
    timeout: 'Nothing more was typed',
    'invalid-card-number': 'Not a valid card number',
    'invalid-card-type': 'This kind of card is not taken',
    'invalid-date': 'Not a date in the future',
    'invalid-security-code': 'Wrong number of digits',
  } satisfies Record<FieldError, string>,
  digits: (count: number) => (count === 1 ? '1 digit typed' : `${count} digits typed`),
  lastFour: (last4: string) => `ends in ${last4}`,
  attemptsLeft: (count: number) => (count === 1 ? '1 attempt left' : `${count} attempts left`),
  askAgain: 'Ask again',
  ask: 'Ask',
  forField: (field: string) => `for the ${field}`,

  reference: 'Reference',
  cardCheckOnly: 'Card check, no payment',
  fieldsHeading: 'Card details',

  asked: {
    pan: 'Ask the caller to type the card number, then the # key.',
    expiry: 'Ask for the expiry date: two digits for the month, two for the year.',
    securityCode: 'Ask for the security code, then the # key.',
  } satisfies Record<FieldName, string>,
  entering: (field: string) => `The caller is typing the ${field}.`,
  refused: {
    timeout: (field: string) => `The caller stopped typing. Ask for the ${field} once more.`,
    'invalid-card-number': () => 'That is not a card number. Ask the caller to type it once more, slowly.',
    'invalid-card-type': () => 'That kind of card is not taken here. Ask the caller for another card.',
    'invalid-date': () => 'That date is not valid. Ask for the expiry date once more: month, then year.',
    'invalid-security-code': () =>
      'That security code does not fit the card. Ask the caller to type it once more.',
  } satisfies Record<FieldError, (field: string) => string>,
  between: 'One moment.',
  customerTypes: 'The customer is filling in the payment page.',
  complete: 'The card is complete. Say the amount, then take the payment.',
  completeByKeypad:
    'The card is complete. Say the amount: the caller presses 1 to pay, or you take the payment.',
  processing: 'The bank has been asked. Please wait for its answer.',
  hungUp: 'The caller has hung up.',

  slowMode: 'Slow mode',
  slowModeHint: 'For telephones that send each key twice',
  takePayment: 'Take payment',
  takingPayment: 'Taking payment…',
  verifyCard: 'Check card',
  cancel: 'Cancel',
  cancelQuestion: 'Cancel this payment?',
  cancelYes: 'Yes, cancel',
  cancelNo: 'No, go on',
  endsAt: (time: string) => `Ends at ${time} if nothing happens`,

  connectionLost: 'The connection is lost. Trying again…',
  accessLost: 'This page has lost its access. Open the payment from your desktop once more.',
  sessionGone: 'This session has ended. Its result is in your desktop.',
  commandFailed: 'That did not reach the server. Please try again.',
  commandRefused: 'That is not possible at this point.',

  authorisationCode: 'Authorisation code',
  outcomes: {
    approved: { heading: 'Paid', advice: 'Tell the caller that the payment went through.' },
    review: {
      heading: 'Held for review',
      advice: 'The card was accepted, and somebody looks at the payment before it is final.',
    },
    declined: { heading: 'Declined', advice: 'No money was taken. Offer another card in a new session.' },
    cancelled: { heading: 'Cancelled', advice: 'No money was taken.' },
    failed: { heading: 'Not paid', advice: 'No money was taken.' },
    unknown: {
      heading: 'Outcome not known yet',
      advice: 'The bank has not answered, and the money may have moved. Do not take the payment again.',
    },
  } satisfies Record<Outcome, { readonly heading: string; readonly advice: string }>,
  verified: { heading: 'Card checked', advice: 'The card is valid. No money was taken.' },
  ends: {
    'payment-connector-error': 'The payment gateway could not be reached.',
    'too-many-failed-attempts': 'The caller had no attempts left.',
    timeout: 'Nothing happened for too long.',
    expired: 'The session reached its time limit.',
    'internal-error': 'Something went wrong on our side.',
  } satisfies Partial<Record<End, string>>,
  declineReasons: {
    'do-not-honour': 'The bank gave no reason.',
    'insufficient-funds': 'There is not enough money on the card.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'The bank does not know this card number.',
    'invalid-security-code': 'The security code was wrong.',
    'lost-or-stolen': 'The bank does not allow this card.',
    'limit-exceeded': 'The amount is over the card’s limit.',
    'card-not-supported': 'The bank does not take this kind of card.',
    'suspected-fraud': 'The bank does not allow this card.',
    'authentication-failed': 'The customer’s bank could not confirm who they are.',
  } satisfies Record<DeclineReason, string>,
} as const

/** How people write the names of brands that `credit-card-type` writes in lower case. */
const brandNames: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  'american-express': 'American Express',
  'diners-club': 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  maestro: 'Maestro',
  elo: 'Elo',
  mir: 'Mir',
  hiper: 'Hiper',
  hipercard: 'Hipercard',
  verve: 'Verve',
}

export function brandName(brand: string): string {
  return brandNames[brand] ?? brand
}
