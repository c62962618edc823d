import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'

const bankKnows = 'Your bank declined the payment. Please ask your bank for the reason.'
const newLink = 'Nothing was charged. Ask for a new link where you got this one.'

export const en: PaymentPageTexts = {
  payTo: 'Pay {merchant}',
  verifyFor: 'Verify your card for {merchant}',
  verifyAmount: 'Nothing will be charged',
  reference: 'Reference {reference}',
  fields: { pan: 'Card number', expiry: 'Expiry date', securityCode: 'Security code' },
  expiryHint: 'Month and year, for example 09/28',
  securityCodeHints: {
    any: '3 digits on the back (American Express: 4 digits on the front)',
    3: '3 digits on the back of the card',
    4: '4 digits on the front of the card',
  },
  noSecurityCode: 'Leave this empty if your card has none.',
  pay: 'Pay {amount}',
  verify: 'Verify card',
  paying: 'Paying {amount}…',
  verifying: 'Verifying card…',
  privacy: 'Nobody else can see the card details you enter here.',
  keypadInUse:
    'You are being asked to use your phone’s keypad. You can enter your card details here instead.',
  errorTitle: 'Error: {title}',
  errorHeading: 'Please check your card details',
  errorAdvice: 'For your security, your entries were not kept. Please enter all card details again.',
  oneAttemptLeft: 'You can try once more.',
  attemptsLeft: 'You can try {count} more times.',
  fieldErrors: {
    'missing-card-number': 'Type your card number.',
    'missing-expiry-date': 'Type the date until which your card is valid.',
    'missing-security-code': 'Type the security code.',
    'invalid-card-number': 'This is not a card number. Check each digit.',
    'invalid-card-type': 'This type of card is not accepted. Please use another card.',
    'invalid-date': 'This card has expired, or the date is not valid. Check month and year.',
    'invalid-security-code': 'The security code has the wrong number of digits for this card.',
    timeout: 'This took too long. Type it again.',
  },
  notSent: {
    heading: 'Not sent. You have not paid',
    advice: 'Your device has no connection. Try again when it has one.',
  },
  notPaid: {
    heading: 'The connection was lost. You have not paid',
    advice: 'Nothing was charged. Please try again.',
  },
  unknownYet: {
    heading: 'We do not know yet whether you have paid',
    advice: 'The connection was lost. Stay on this page and do not pay again. We keep asking for the result.',
  },
  processing: {
    heading: 'Your payment is being made',
    advice: 'Please wait and do not pay again. The result will appear here.',
  },
  challenge: {
    heading: 'Your bank wants to be sure that it is you',
    advice: 'Your bank asks you to confirm the payment. Nothing will be charged until you do.',
  },
  toBank: 'Continue to your bank',
  bank: 'Your bank',
  challengeDone: {
    heading: 'Thank you',
    advice: 'Your bank has answered. The payment continues automatically.',
  },
  toPayment: 'Back to the payment',
  outcomes: {
    approved: { heading: 'Paid', advice: 'Thank you. You can close this page.' },
    review: {
      heading: 'Your payment is under review',
      advice: 'The merchant is reviewing it and will tell you the result. Do not pay again.',
    },
    declined: { heading: 'Your card was declined', advice: newLink },
    cancelled: {
      heading: 'The payment was cancelled',
      advice: 'Nothing was charged. If you still want to pay, ask for a new link where you got this one.',
    },
    failed: { heading: 'The payment could not be made', advice: newLink },
    unknown: {
      heading: 'We do not know the result yet',
      advice: 'The bank’s answer has not arrived. Do not pay again. The merchant will tell you the result.',
    },
  },
  cancelledAtBank: {
    heading: 'The payment was cancelled',
    advice: 'Your bank has not confirmed that yet. If anything was charged after all, it will be refunded.',
  },
  verified: {
    heading: 'Your card has been verified',
    advice: 'Nothing was charged. You can close this page.',
  },
  paidAlready: { heading: 'This has been paid already', advice: 'You need not do anything.' },
  verifiedAlready: {
    heading: 'The card has been verified already',
    advice: 'Nothing was charged. You need not do anything.',
  },
  tooManyAttempts: {
    heading: 'Too many attempts',
    advice: `The card details were not accepted. ${newLink}`,
  },
  ranOut: { heading: 'This link has run out', advice: newLink },
  newerLink: {
    heading: 'There is a newer link',
    advice: 'This one is no longer valid. Use the link that was sent to you last.',
  },
  unknownLink: {
    heading: 'This link does not lead to a payment',
    advice:
      'It is incomplete, or it has expired. Ask for a new link where you got this one. If you have just paid, do not pay again.',
  },
  ourFault: {
    heading: 'Something went wrong on our side',
    advice: 'Open your link again in a moment. It will show whether you have paid.',
  },
  notUnderstood: {
    heading: 'This request was not understood',
    advice:
      'Open your link again: it shows whether you have paid. If that does not help, ask for a new link where you got this one.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'There is not enough money on the card.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'Your bank does not know this card number.',
    'invalid-security-code': 'The security code is incorrect.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'The amount is above your card’s limit.',
    'card-not-supported': 'This type of card is not accepted.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Your bank could not confirm that it was you.',
  },
  merchantLabel: 'Merchant',
  amountLabel: 'Amount',
  referenceLabel: 'Reference',
}
