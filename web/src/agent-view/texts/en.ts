import type { Texts } from './texts.ts'

export const en: Texts = {
  fields: { pan: 'Card number', expiry: 'Expiry date', securityCode: 'Security code' },
  fieldStates: {
    empty: 'Not asked for yet',
    asked: 'Waiting for the first digit',
    entering: 'Being typed',
    complete: 'Complete',
    refused: 'Not accepted',
  },
  pageFieldStates: {
    empty: 'Not typed yet',
    asked: 'Not typed yet',
    entering: 'Typed',
    complete: 'Complete',
    refused: 'Not accepted',
  },
  leftOut: 'None on the card',
  fieldErrors: {
    timeout: 'Nothing more was typed',
    'invalid-card-number': 'Not a valid card number',
    'invalid-card-type': 'This card type is not accepted',
    'invalid-date': 'Expired, or not a valid date',
    'invalid-security-code': 'Wrong number of digits',
  },
  digits: (count) => (count === 1 ? '1 digit typed' : `${count} digits typed`),
  lastFour: (last4) => `ends in ${last4}`,
  attemptsLeft: (count) => (count === 1 ? 'last attempt' : `${count} attempts left`),
  ask: 'Ask',
  askAgain: 'Ask again',
  askFor: {
    pan: 'Ask for the card number',
    expiry: 'Ask for the expiry date',
    securityCode: 'Ask for the security code',
  },
  askAgainFor: {
    pan: 'Ask again for the card number',
    expiry: 'Ask again for the expiry date',
    securityCode: 'Ask again for the security code',
  },
  reference: 'Reference',
  cardCheckOnly: 'Card verification, no payment',
  fieldsHeading: 'Card details',

  standing: {
    asked: {
      pan: 'Waiting for the card number.',
      expiry: 'Waiting for the expiry date.',
      securityCode: 'Waiting for the security code.',
    },
    typing: {
      pan: 'The caller is typing the card number.',
      expiry: 'The caller is typing the expiry date.',
      securityCode: 'The caller is typing the security code.',
    },
    stopped: {
      pan: 'The caller has not finished the card number.',
      expiry: 'The caller has not finished the expiry date.',
      securityCode: 'The caller has not finished the security code.',
    },
    refused: {
      'invalid-card-number': 'The card number was not accepted.',
      'invalid-card-type': 'This card type is not accepted.',
      'invalid-date': 'The card has expired, or the date is not valid.',
      'invalid-security-code': 'The security code does not match the card.',
    },
    between: 'One moment.',
    complete: 'All card details are in. Take the payment once the caller agrees.',
    completeByKeypad: 'All card details are in. The caller can press 1 to pay, or you can take the payment.',
    processing: 'The bank has been asked. Please wait for its answer.',
    challenged: 'The customer’s bank asks the customer to confirm the payment.',
    linkUnsent: 'The link has not been sent yet.',
    linkElsewhere: 'Waiting for the customer to open the payment page.',
    linkSending: (to) => `The link is being sent to ${to}.`,
    linkSent: (to) => `The link was sent to ${to}.`,
    linkFailed: (to) => `The link could not be sent to ${to}.`,
    linkOpened: 'The customer has opened the payment page.',
    linkTyping: {
      pan: 'The customer is typing the card number.',
      expiry: 'The customer is typing the expiry date.',
      securityCode: 'The customer is typing the security code.',
    },
    linkRefused:
      'The card details were not accepted. The page says why, and the customer can try again there.',
  },
  standingForCardCheck: {
    complete: 'All card details are in. Verify the card once the caller agrees.',
    completeByKeypad:
      'All card details are in. The caller can press 1 to continue, or you can verify the card.',
  },

  say: 'Say',
  sayOnCallback: 'When you call back',
  words: {
    'ask-card-number':
      'Please key in your card number on your phone’s keypad, then press the hash key. There’s no need to read it out.',
    'ask-expiry-date': 'Now please key in the expiry date: two digits for the month, two for the year.',
    'ask-security-code': 'Now please key in the security code from your card, then press the hash key.',
    'ask-optional-security-code':
      'Now please key in the security code from your card, then press the hash key. If your card has none, press the hash key twice.',
    'again-card-number':
      'I’m afraid that number wasn’t accepted. Please key it in again, slowly, then press the hash key.',
    'again-expiry-date': 'I’m afraid that date wasn’t accepted. Please key in the month and the year again.',
    'again-security-code':
      'I’m afraid that code doesn’t match your card. Please key it in again, then press the hash key.',
    'other-card':
      'I’m afraid we can’t accept that type of card. If you have another one, please key in its number, then press the hash key.',
    'went-silent': 'Take your time. Please key it in again from the start, then press the hash key.',
    typing: 'Take your time, I can only see dots. If you make a mistake, press star and start again.',
    confirm: 'May I charge {amount} for {merchant} to your card ending in {last4}?',
    'confirm-by-keypad':
      'That’s {amount} to {merchant} on your card ending in {last4}. Please press 1 to pay, or 2 to start again.',
    processing: 'Thank you. I’m just checking with your bank. One moment, please.',
    challenged: 'Your bank is asking you to confirm the payment. Please follow the steps it shows you.',
    'send-link': 'I can send you a link to a secure payment page. Shall I send it to you?',
    'link-sent': 'I’ve sent you the link. Please open it and enter your card details there.',
    'link-opened':
      'I can see that the page is open. Please enter your card details there. I won’t see any digits.',
    'link-typing': 'Take your time. I won’t see any digits.',
    'hung-up': 'We were cut off earlier. Shall I send you a link so that you can finish the payment?',
    'tones-heard': 'Please stop pressing keys for a moment. Shall I send you a link instead?',
    'audio-lost': 'The line has gone quiet. Please stay on the line for a moment.',
    approved: 'The payment of {amount} went through. Thank you.',
    verified: 'Your card has been verified and nothing was charged. Thank you.',
    review: 'Your payment is under review. We’ll let you know the result. Please don’t pay again.',
    declined:
      'Your bank declined the payment and nothing was charged. Would you like to try another card? I’ll set that up for you.',
    cancelled: 'The payment has been cancelled. Nothing was charged.',
    failed: 'The payment didn’t go through. Nothing was charged.',
    unknown: 'Your bank hasn’t answered yet. Please don’t pay again. We’ll let you know the result.',
  },
  wordsWithoutLast4: {
    confirm: 'May I charge {amount} for {merchant} to this card?',
    'confirm-by-keypad': 'That’s {amount} to {merchant}. Please press 1 to pay, or 2 to start again.',
  },
  wordsForCardCheck: {
    confirm: 'May I verify your card for {merchant}? Nothing will be charged.',
    'confirm-by-keypad':
      'Your card will be verified and nothing will be charged. Please press 1 to continue, or 2 to start again.',
  },

  warnings: {
    'in-band-tones': {
      heading: 'Key tones can be heard on the call',
      advice: 'They may be on the recording. Stop keypad entry and send a link instead.',
    },
    'audio-lost': {
      heading: 'No sound from the call',
      advice: 'Key presses may be lost. Wait a moment, or send a link.',
    },
    'doubled-tones': {
      heading: 'Each key seems to arrive twice',
      advice: 'This comes from the caller’s phone. Turn on slow mode and ask the caller to press slowly.',
    },
    'ending-soon': {
      heading: 'This session ends soon',
      advice: 'Nothing has happened for a while.',
    },
    'hung-up': {
      heading: 'The caller has hung up',
      advice: 'Send a link to finish, or cancel. On the page the customer enters the card again.',
    },
    'hung-up-with-link': {
      heading: 'The caller has hung up',
      advice: 'The customer can still finish on the payment page.',
    },
  },
  timeLeft: 'Time left',
  goOn: 'Go on',
  cannotGoOn: 'This session has reached its longest time and cannot go on.',

  settingsHeading: 'Help with the keypad',
  slowMode: 'Slow mode',
  slowModeHint: 'For phones that send each key twice. Ask the caller to press slowly.',
  turnOnSlowMode: 'Turn on slow mode',
  waitBetweenDigits: 'Wait between digits',
  seconds: (count) => (count === 1 ? '1 second' : `${count} seconds`),
  useLink: 'The caller cannot use a keypad',
  useKeypad: 'Back to the keypad',

  linkHeading: 'Link to the payment page',
  noChannels: 'This server sends no links. Send it from your own system.',
  channels: {
    sms: {
      name: 'Text message',
      addressLabel: 'Telephone number',
      addressHint: 'In full, with the country: +48 500 000 000',
      enterAddress: 'Enter a number',
      otherAddress: 'Another number',
    },
    email: {
      name: 'E-mail',
      addressLabel: 'E-mail address',
      addressHint: 'Such as name@example.com',
      enterAddress: 'Enter an address',
      otherAddress: 'Another address',
    },
  },
  linkSteps: { sent: 'Link sent', opened: 'Page opened' },
  send: 'Send',
  sendAgain: 'Send again',
  sending: 'Sending…',
  close: 'Close',

  takePayment: 'Take payment',
  takingPayment: 'Taking payment…',
  verifyCard: 'Verify card',
  verifyingCard: 'Verifying card…',
  cancel: 'Cancel',
  finish: 'Finish',
  cancelQuestion: 'Cancel this payment?',
  cancelYes: 'Yes, cancel',
  cancelNo: 'No, go on',
  endsAt: (time) => `Ends at ${time} if nothing happens`,

  commandUnderWay: 'Sending your command…',
  connectionLost: 'The connection is lost. Trying again…',
  accessLost: 'This page has lost its access. Open the payment from your desktop once more.',
  accessEnded: 'Your access to this payment has ended. The payment itself goes on.',
  sessionGone: 'This session has ended. Its result is in your desktop.',
  refusals: {
    address: 'That is not an address that a link can be sent to.',
    'not-now': 'That is not possible at this point.',
    'too-often':
      'The link was sent as often as it may be for now. Try again later, or take the payment another way.',
    closed: 'Your access to this payment has ended. The payment itself goes on.',
    'not-sent': 'The link could not be sent. Try again, or use another address.',
    late: 'That took too long to reach the server, and nothing was done. Please try again.',
    failed: 'The server did not answer. Look at where the payment stands, then try again.',
  },

  authorisationCode: 'Authorisation code',
  outcomes: {
    approved: { heading: 'Paid', advice: 'The payment went through.' },
    review: {
      heading: 'Under review',
      advice: 'The card was accepted. The payment will be reviewed before it is final.',
    },
    declined: {
      heading: 'Declined',
      advice: 'Nothing was charged. To try another card, start a new payment.',
    },
    cancelled: { heading: 'Cancelled', advice: 'Nothing was charged.' },
    failed: { heading: 'Not paid', advice: 'Nothing was charged.' },
    unknown: {
      heading: 'Outcome not known yet',
      advice: 'The bank has not answered, and the card may have been charged. Do not take the payment again.',
    },
  },
  verified: { heading: 'Card verified', advice: 'The card is valid. Nothing was charged.' },
  ends: {
    'payment-connector-error': 'The payment gateway could not be reached.',
    'too-many-failed-attempts': 'All attempts have been used.',
    timeout: 'Nothing happened for too long.',
    expired: 'The session reached its time limit.',
    'internal-error': 'Something went wrong on our side.',
  },
  declineReasons: {
    'do-not-honour': 'The bank gave no reason.',
    'insufficient-funds': 'There is not enough money on the card.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'The bank does not know this card number.',
    'invalid-security-code': 'The security code was wrong.',
    'lost-or-stolen': 'The bank does not allow this card.',
    'limit-exceeded': 'The amount is over the card’s limit.',
    'card-not-supported': 'This card cannot be used for this kind of payment.',
    'suspected-fraud': 'The bank does not allow this card.',
    'authentication-failed': 'The bank could not verify the customer.',
  },
}
