import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'

const bankKnows = 'Your bank declined the payment. Please ask your bank for the reason.'
const bankKnowsOfCheck = 'Your bank did not verify the card. Please ask your bank for the reason.'
const newLink = 'Nothing was charged. Ask for a new link where you got this one.'

export const en: PaymentPageTexts = {
  payTo: 'Pay {merchant}',
  verifyFor: 'Verify your card for {merchant}',
  verifyAmount: 'Nothing will be charged',
  reference: 'Reference: {reference}',
  fields: { pan: 'Card number', expiry: 'Expiry date', securityCode: 'Security code' },
  expiryHint: 'Month and year, for example 09/28',
  securityCodeHints: {
    any: '3 digits on the back (American Express: 4 digits on the front)',
    3: '3 digits on the back of the card',
    4: '4 digits on the front of the card',
  },
  noSecurityCode: 'Leave this empty if your card has none.',
  pay: 'Pay {amount}',
  verify: 'Verify card',
  paying: 'Paying {amount}…',
  verifying: 'Verifying card…',
  privacy: 'Nobody else can see the card details you enter here.',
  privacyOnPhone: 'Nobody on the phone can see the card details you enter here.',
  keypadInUse:
    'You are being asked to use your phone’s keypad. You can enter your card details here instead.',
  errorTitle: 'Error: {title}',
  errorHeading: 'Please check your card details',
  errorAdvice: 'For your security, your entries were not kept. Please enter all card details again.',
  oneAttemptLeft: 'You have one attempt left.',
  attemptsLeft: 'You have {count} attempts left.',
  fieldErrors: {
    'missing-card-number': 'Enter the card number.',
    'missing-expiry-date': 'Enter the expiry date.',
    'missing-security-code': 'Enter the security code.',
    'invalid-card-number': 'This card number is not valid. Please check each digit.',
    'invalid-card-type': 'This type of card is not accepted. Please use another card.',
    'invalid-date': 'This card has expired, or the date is not valid. Please check month and year.',
    'invalid-security-code': 'The security code has the wrong number of digits for this card.',
    timeout: 'This took too long. Please enter it again.',
  },
  notSent: {
    heading: 'The payment was not sent, and you have not paid',
    advice: 'Your device is offline. Try again when the connection is back.',
  },
  notPaid: {
    heading: 'You have not paid: the connection was lost',
    advice: 'Nothing was charged. Please try again.',
  },
  unknownYet: {
    heading: 'We do not know yet whether you have paid',
    advice:
      'The connection was lost. Stay on this page and do not pay again. We are still waiting for the result.',
  },
  processing: {
    heading: 'Your payment is being processed',
    advice: 'Please wait and do not pay again. The result will appear here.',
  },
  challenge: {
    heading: 'Your bank needs to verify that it is you',
    advice: 'Confirm the payment with your bank. Nothing will be charged until you do.',
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
      advice: 'Nothing was charged. To pay after all, ask for a new link where you got this one.',
    },
    failed: { heading: 'The payment did not go through', advice: newLink },
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
  paidAlready: { heading: 'This has already been paid', advice: 'You do not need to do anything.' },
  verifiedAlready: {
    heading: 'This card has already been verified',
    advice: 'Nothing was charged. You do not need to do anything.',
  },
  tooManyAttempts: {
    heading: 'Too many attempts',
    advice: `The card details were not accepted. ${newLink}`,
  },
  ranOut: { heading: 'This link has expired', advice: newLink },
  newerLink: {
    heading: 'There is a newer link',
    advice: 'This one is no longer valid. Use the link that was sent to you last.',
  },
  unknownLink: {
    heading: 'This link is not valid',
    advice:
      'It is incomplete or has expired. Ask for a new link where you got this one. If you have just paid, do not pay again.',
  },
  ourFault: {
    heading: 'Something went wrong on our side',
    advice: 'Open your link again in a moment. It will show whether you have paid.',
  },
  notUnderstood: {
    heading: 'This request could not be processed',
    advice:
      'Open your link again. It will show whether you have paid. If that does not help, ask for a new link where you got this one.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'There are not enough funds on the card.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'Your bank does not know this card number.',
    'invalid-security-code': 'The security code is incorrect.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'The amount is above your card’s limit.',
    'card-not-supported': 'This type of card is not accepted. Please use another card.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Your bank could not confirm that it was you.',
  },
  cardCheck: {
    notSent: {
      heading: 'Your card details were not sent',
      advice: 'Your card was not verified. Your device is offline. Try again when the connection is back.',
    },
    notPaid: {
      heading: 'Your card was not verified: the connection was lost',
      advice: 'Nothing was charged. Please try again.',
    },
    unknownYet: {
      heading: 'We do not know yet whether your card was verified',
      advice: 'The connection was lost. Nothing will be charged. We are still waiting for the result.',
    },
    processing: {
      heading: 'Your card is being verified',
      advice: 'Please wait. Nothing will be charged. The result will appear here.',
    },
    challenge: {
      heading: 'Your bank needs to verify that it is you',
      advice: 'Confirm the card verification with your bank. Nothing will be charged.',
    },
    challengeDone: {
      heading: 'Thank you',
      advice: 'Your bank has answered. The card verification continues automatically.',
    },
    toPayment: 'Back to the card verification',
    outcomes: {
      review: {
        heading: 'The card verification is under review',
        advice: 'Nothing was charged. The merchant will tell you the result.',
      },
      cancelled: {
        heading: 'The card verification was cancelled',
        advice:
          'Nothing was charged. To verify your card after all, ask for a new link where you got this one.',
      },
      failed: { heading: 'The card verification did not go through', advice: newLink },
      unknown: {
        heading: 'We do not know the result of the card verification yet',
        advice:
          'The bank’s answer has not arrived. Nothing was charged. The merchant will tell you the result.',
      },
    },
    cancelledAtBank: {
      heading: 'The card verification was cancelled',
      advice: 'Your bank has not confirmed that yet. Nothing was charged.',
    },
    declineReasons: {
      'do-not-honour': bankKnowsOfCheck,
      'lost-or-stolen': bankKnowsOfCheck,
      'suspected-fraud': bankKnowsOfCheck,
    },
  },
  merchantLabel: 'Merchant',
  amountLabel: 'Amount',
  referenceLabel: 'Reference',
}
