import type { PaymentPageTexts } from './payment-page-texts.ts'

const bankKnows = 'Your bank did not allow it. Your bank can say why.'

export const en: PaymentPageTexts = {
  payTo: 'Pay {merchant}',
  verifyFor: 'Verify your card for {merchant}',
  verifyAmount: 'No money is taken',
  reference: 'Reference {reference}',
  fields: { pan: 'Card number', expiry: 'Expiry date', securityCode: 'Security code' },
  expiryHint: 'Month and year, as 09/28',
  securityCodeHints: {
    any: '3 digits on the back, or 4 on the front of American Express',
    3: '3 digits on the back of the card',
    4: '4 digits on the front of the card',
  },
  noSecurityCode: 'Leave this empty if your card has none.',
  pay: 'Pay {amount}',
  verify: 'Verify card',
  paying: 'Paying {amount}…',
  verifying: 'Verifying card…',
  privacy: 'The agent does not see what you type here.',
  keypadInUse: 'The agent is waiting for the keypad of your telephone. You can type here instead.',
  errorTitle: 'Error: {title}',
  errorHeading: 'Please check your card',
  errorAdvice: 'For your security, your entries were not kept. Please enter all card details again.',
  oneAttemptLeft: 'You can try once more.',
  attemptsLeft: 'You can try {count} more times.',
  fieldErrors: {
    'missing-card-number': 'Type your card number.',
    'missing-expiry-date': 'Type the date until which your card is valid.',
    'missing-security-code': 'Type the security code.',
    'invalid-card-number': 'This is not a card number. Check each digit.',
    'invalid-card-type': 'Cards of this kind are not taken here. Use another one.',
    'invalid-date': 'This is not a date in the future.',
    'invalid-security-code': 'This is not the security code of a card of this kind.',
    timeout: 'This took too long. Type it again.',
  },
  notSent: {
    heading: 'Not sent. You have not paid',
    advice: 'Your device has no connection. Try again when it has one.',
  },
  notPaid: {
    heading: 'The connection was lost. You have not paid',
    advice: 'Nothing was taken from your card. Try again.',
  },
  unknownYet: {
    heading: 'We do not know yet whether you have paid',
    advice: 'The connection was lost. Stay on this page and do not pay again: we keep asking.',
  },
  processing: {
    heading: 'Your payment is being made',
    advice: 'Please wait, and do not pay again. The answer appears here.',
  },
  challenge: {
    heading: 'Your bank wants to be sure that it is you',
    advice: 'Confirm the payment to your bank. Nothing is taken before you do.',
  },
  toBank: 'Continue to your bank',
  bank: 'Your bank',
  challengeDone: { heading: 'Thank you', advice: 'Your bank has answered. The payment goes on by itself.' },
  toPayment: 'Back to the payment',
  outcomes: {
    approved: { heading: 'Paid', advice: 'Thank you. You can close this page.' },
    review: {
      heading: 'Your payment is being checked',
      advice: 'The merchant looks at it and tells you how it ends. Do not pay again.',
    },
    declined: {
      heading: 'Your card was declined',
      advice: 'No payment was made. Ask the agent for a new link.',
    },
    cancelled: {
      heading: 'The payment was cancelled',
      advice: 'No payment was made. If you still want to pay, ask the agent for a new link.',
    },
    failed: {
      heading: 'The payment could not be made',
      advice: 'No payment was made. Ask the agent for a new link.',
    },
    unknown: {
      heading: 'We are checking your payment',
      advice:
        'The answer of the bank has not arrived. Do not pay again: the merchant tells you how it ended.',
    },
  },
  cancelledAtBank: {
    heading: 'The payment was cancelled',
    advice: 'Your bank has not confirmed that yet. If anything was charged after all, it will be refunded.',
  },
  verified: { heading: 'Your card is verified', advice: 'No money was taken. You can close this page.' },
  paidAlready: { heading: 'This has been paid already', advice: 'You need not do anything.' },
  verifiedAlready: {
    heading: 'The card has been verified already',
    advice: 'No money was taken. You need not do anything.',
  },
  tooManyAttempts: {
    heading: 'The card could not be taken',
    advice: 'It was not right too many times. No payment was made. Ask the agent for a new link.',
  },
  ranOut: { heading: 'This link has run out', advice: 'No payment was made. Ask the agent for a new link.' },
  newerLink: {
    heading: 'There is a newer link',
    advice: 'This one has ended. Use the link that was sent to you last.',
  },
  unknownLink: {
    heading: 'This link does not lead to a payment',
    advice:
      'It is not complete, or it has ended. Ask the agent for a new one. If you have just paid, do not pay again.',
  },
  ourFault: {
    heading: 'Something went wrong on our side',
    advice: 'Open your link once more in a moment: it says whether you have paid.',
  },
  notUnderstood: {
    heading: 'This request was not understood',
    advice: 'Open your link once more. If that does not help, ask the agent.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'There is not enough money on the card.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'Your bank does not know this card number.',
    'invalid-security-code': 'The security code is not right.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'The amount is over the limit of the card.',
    'card-not-supported': 'Cards of this kind are not taken here.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Your bank could not confirm that it was you.',
  },
  merchantLabel: 'Merchant',
  amountLabel: 'Amount',
  referenceLabel: 'Reference',
}
