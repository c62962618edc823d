import type { DeclineReason, Outcome } from './capture-result.ts'
import type { FieldError } from './view-state.ts'

/** What the customer reads on the payment page. */
export const paymentPageTexts = {
  payTo: (merchant: string) => `Pay ${merchant}`,
  verifyFor: (merchant: string) => `Verify your card for ${merchant}`,
  verifyAmount: 'No money is taken',
  reference: (reference: string) => `Reference ${reference}`,
  pan: 'Card number',
  expiry: 'Expiry date',
  expiryHint: 'Month and year, as 09/28',
  securityCode: 'Security code',
  securityCodeHint: '3 digits on the back, or 4 on the front of American Express',
  pay: (amount: string) => `Pay ${amount}`,
  verify: 'Verify card',
  privacy: 'The agent does not see what you type here.',
  errorTitle: (title: string) => `Error: ${title}`,
  errorHeading: 'Please check your card',
  errorAdvice: 'For your safety nothing that you typed was kept, so fill in all three again.',
  attemptsLeft: (count: number) =>
    count === 1 ? 'You can try once more.' : `You can try ${count} more times.`,
} as const

/** What is wrong with a field of the payment page. */
export const paymentFieldErrors: Readonly<Record<FieldError | MissingField, string>> = {
  'missing-card-number': 'Type your card number.',
  'missing-expiry-date': 'Type the date until which your card is valid.',
  'missing-security-code': 'Type the security code.',
  'invalid-card-number': 'This is not a card number. Check each digit.',
  'invalid-card-type': 'Cards of this kind are not taken here. Use another one.',
  'invalid-date': 'This is not a date in the future. Write month and year, as 09/28.',
  'invalid-security-code': 'This is not the security code of a card of this kind.',
  timeout: 'This took too long. Type it again.',
}

/** A field of the payment page that was left empty. */
export type MissingField = 'missing-card-number' | 'missing-expiry-date' | 'missing-security-code'

/** How a payment ended, to the customer. */
export const outcomeTexts: Readonly<Record<Outcome, { readonly heading: string; readonly advice: string }>> =
  {
    approved: { heading: 'Paid', advice: 'Thank you. You can close this page.' },
    review: {
      heading: 'Your payment is being checked',
      advice: 'The merchant looks at it and tells you how it ends. Do not pay again.',
    },
    declined: {
      heading: 'Your card was declined',
      advice: 'No payment was made. Ask the agent for a new link.',
    },
    cancelled: { heading: 'The payment was cancelled', advice: 'No payment was made.' },
    failed: {
      heading: 'The payment could not be made',
      advice: 'No payment was made. Ask the agent for a new link.',
    },
    unknown: {
      heading: 'We are checking your payment',
      advice:
        'The answer of the bank has not arrived. Do not pay again: the merchant tells you how it ended.',
    },
  }

/** The outcomes of an order without an amount, where they read differently. */
export const verifiedText = {
  heading: 'Your card is verified',
  advice: 'No money was taken. You can close this page.',
}

/** Too many wrong entries. */
export const tooManyAttemptsText = {
  heading: 'The card could not be taken',
  advice: 'It was not right too many times. No payment was made. Ask the agent for a new link.',
}

/** The gateway has been asked and has not answered yet. */
export const processingText = {
  heading: 'Your payment is being made',
  advice: 'Please wait, and do not pay again. The answer appears here.',
}

/** Why a card was declined, as far as its holder may be told. */
export const declineReasonTexts: Readonly<Record<DeclineReason, string>> = {
  'do-not-honour': 'Your bank did not allow it. Your bank can say why.',
  'insufficient-funds': 'There is not enough money on the card.',
  'expired-card': 'The card has expired.',
  'invalid-card-number': 'Your bank does not know this card number.',
  'invalid-security-code': 'The security code is not right.',
  'lost-or-stolen': 'Your bank did not allow it. Your bank can say why.',
  'limit-exceeded': 'The amount is over the limit of the card.',
  'card-not-supported': 'Cards of this kind are not taken here.',
  'suspected-fraud': 'Your bank did not allow it. Your bank can say why.',
  'authentication-failed': 'Your bank could not confirm that it was you.',
}
