import type { LanguageTexts } from './texts.ts'

export const en: LanguageTexts = {
  fields: { pan: 'Card number', expiry: 'Expiry date', securityCode: 'Security code' },
  fieldStates: {
    empty: 'Not requested yet',
    asked: 'Waiting for the first digit',
    entering: 'Being entered',
    complete: 'Complete',
    refused: 'Not accepted',
  },
  pageFieldStates: {
    empty: 'Not entered yet',
    asked: 'Not entered yet',
    entering: 'Entered',
    complete: 'Complete',
    refused: 'Not accepted',
  },
  leftOut: 'None on the card',
  fieldErrors: {
    timeout: 'Entry stopped',
    'invalid-card-number': 'Not a valid card number',
    'invalid-card-type': 'This card type is not accepted',
    'invalid-date': 'Expired, or not a valid date',
    'invalid-security-code': 'Wrong number of digits (3, or 4 for American Express)',
  },
  digits: (count) => (count === 1 ? '1\u00a0digit entered' : `${count}\u00a0digits entered`),
  lastFour: (last4) => `ends in\u00a0${last4}`,
  attemptsLeft: (count) => (count === 1 ? 'last attempt' : `${count}\u00a0attempts left`),
  ask: 'Request',
  askAgain: 'Request again',
  askFor: {
    pan: 'Request the card number',
    expiry: 'Request the expiry date',
    securityCode: 'Request the security code',
  },
  askAgainFor: {
    pan: 'Request again: card number',
    expiry: 'Request again: expiry date',
    securityCode: 'Request again: security code',
  },
  reference: 'Reference',
  callerNumber: 'Caller’s number',
  cardCheckOnly: 'Card verification, no payment',
  fieldsHeading: 'Card details',

  standing: {
    asked: {
      pan: 'Waiting for the card number.',
      expiry: 'Waiting for the expiry date.',
      securityCode: 'Waiting for the security code.',
    },
    typing: {
      pan: 'The caller is entering the card number.',
      expiry: 'The caller is entering the expiry date.',
      securityCode: 'The caller is entering the security code.',
    },
    stopped: {
      pan: 'The caller has not finished entering the card number.',
      expiry: 'The caller has not finished entering the expiry date.',
      securityCode: 'The caller has not finished entering the security code.',
    },
    refused: {
      'invalid-card-number': 'The card number was not accepted.',
      'invalid-card-type': 'This card type is not accepted.',
      'invalid-date': 'The card has expired, or the date is not valid.',
      'invalid-security-code': 'The security code does not match the card.',
    },
    between: 'One moment, please.',
    complete: 'All card details are in. Take the payment once the caller agrees.',
    completeByKeypad: 'All card details are in. The caller can press 1 to pay, or you can take the payment.',
    keypadClosed: 'Keypad entry is closed, because key tones can be heard.',
    lineLost: 'Waiting until the line is secured again.',
    processing: 'Waiting for the bank’s answer.',
    challenged: 'The customer’s bank is asking them to confirm the payment.',
    linkUnsent: 'The link has not been sent yet.',
    linkElsewhere: 'Waiting for the customer to open the payment page.',
    linkSending: (to) => `The link is being sent to ${to}.`,
    linkSent: (to) => `The link was sent to ${to}.`,
    linkFailed: (to) => `The link could not be sent to ${to}.`,
    linkOpened: 'The customer has opened the payment page.',
    linkTyping: {
      pan: 'The customer is entering the card number.',
      expiry: 'The customer is entering the expiry date.',
      securityCode: 'The customer is entering the security code.',
    },
    linkRefused:
      'The card details were not accepted. The page tells the customer why. They can try again there.',
  },

  say: 'Say',
  sayOnCallback: 'When you call back',
  words: {
    'ask-card-number':
      'Please key in your card number on your phone’s keypad, then press the hash key. There’s no need to read it out.',
    'ask-expiry-date': 'Now please key in the expiry date: two digits for the month, two for the year.',
    'ask-security-code': 'Now please key in the security code from your card, then press the hash key.',
    'ask-optional-security-code':
      'Now please key in the security code from your card, then press the hash key. If your card has no code, press the hash key twice.',
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
    'line-lost': 'One moment, please. Please don’t press any keys until I ask you to.',
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

  warnings: {
    'line-lost': {
      heading: 'The line is being secured again',
      advice:
        'Keys do not count until this is done. Ask the caller to wait, then to enter the field again. If it takes long, send a link.',
    },
    'in-band-tones': {
      heading: 'Key tones can be heard on the call',
      advice:
        'They may be on the recording. The card details were discarded, and keys no longer count. Send a link instead.',
    },
    'earlier-tones': {
      heading: 'Key tones could be heard earlier',
      advice:
        'They may be on the recording. The line is secured again, and the card details are requested from the start. You can also send a link.',
    },
    'audio-lost': {
      heading: 'No sound from the call',
      advice: 'Key presses may be lost. Wait a moment, or send a link.',
    },
    'keys-lost': {
      heading: 'Some keys did not arrive',
      advice: 'Ask the caller to enter this field again from the start. If keys are lost again, send a link.',
    },
    'doubled-tones': {
      heading: 'Each key seems to arrive twice',
      advice: 'This comes from the caller’s phone. Turn on slow mode and ask the caller to press slowly.',
    },
    'ending-soon': {
      heading: 'This payment will time out soon',
      advice: 'Continue to keep it open, or it will end by itself.',
    },
    'call-ended': {
      heading: 'The call has ended',
      advice: 'Send a link to finish, or cancel. On the page the customer enters the card again.',
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
  goOn: 'Continue',
  cannotGoOn: 'This payment has reached its time limit and cannot be extended.',

  settingsHeading: 'Keypad help',
  slowMode: 'Slow mode',
  slowModeHint: 'For phones that send each key twice. Ask the caller to press slowly.',
  turnOnSlowMode: 'Turn on slow mode',
  waitBetweenDigits: 'Time allowed between digits',
  seconds: (count) => (count === 1 ? '1\u00a0second' : `${count}\u00a0seconds`),
  useLink: 'Send a link instead',
  useKeypad: 'Go back to the keypad',

  linkHeading: 'Payment link',
  noChannels: 'Links cannot be sent from here. Send the link from your own system.',
  channels: {
    sms: {
      name: 'Text message',
      addressLabel: 'Phone number',
      addressHint: 'With country code, for example +44\u00a07700\u00a0900123',
      enterAddress: 'Enter a number',
      otherAddress: 'Use another number',
    },
    email: {
      name: 'Email',
      addressLabel: 'Email address',
      addressHint: 'For example name@example.com',
      enterAddress: 'Enter an address',
      otherAddress: 'Use another address',
    },
  },
  useCallerNumber: 'Use the caller’s number',
  linkSteps: { sent: 'Link sent', opened: 'Page opened' },
  send: 'Send',
  sendAgain: 'Send again',
  sending: 'Sending…',
  close: 'Close',

  takePayment: 'Take payment',
  takingPayment: 'Taking payment…',
  cancel: 'Cancel',
  finish: 'Done',
  cancelQuestion: 'Cancel this payment?',
  cancelYes: 'Yes, cancel',
  cancelNo: 'No, continue',
  endsAt: (time) => `Times out at ${time} if there is no activity`,

  commandUnderWay: 'Sending your command…',
  connectionLost: 'The connection was lost. Reconnecting…',
  accessLost: 'This page no longer has access. Open the payment again from your agent desktop.',
  accessEnded: 'Your access to this payment has ended. The payment itself continues.',
  sessionGone: 'This payment has ended. The result is in your agent desktop.',
  refusals: {
    address: 'A link cannot be sent to this address or number. Check it and try again.',
    'not-now': 'That is not possible right now. Check the status above.',
    'too-often':
      'The link has been sent the maximum number of times for now. Try again later, or take the payment another way.',
    closed: 'Your access to this payment has ended. The payment itself continues.',
    'not-sent': 'The link could not be sent. Try again, or use another address or number.',
    late: 'The server received this too late, and nothing was done. Please try again.',
    failed: 'The server did not answer. Check the status above, then try again.',
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
    failed: { heading: 'Not paid', advice: 'Nothing was charged. To try again, start a new payment.' },
    unknown: {
      heading: 'Outcome not known yet',
      advice: 'The bank has not answered, and the card may have been charged. Do not take the payment again.',
    },
  },
  ends: {
    'payment-connector-error': 'The payment gateway could not be reached.',
    'too-many-failed-attempts': 'All attempts have been used.',
    timeout: 'The payment timed out.',
    expired: 'The payment reached its time limit.',
    'internal-error': 'Something went wrong on our side.',
  },
  declineReasons: {
    'do-not-honour': 'The bank gave no reason.',
    'insufficient-funds': 'Insufficient funds.',
    'expired-card': 'The card has expired.',
    'invalid-card-number': 'The bank does not recognise this card number.',
    'invalid-security-code': 'The security code was incorrect.',
    'lost-or-stolen': 'The bank does not allow this card.',
    'limit-exceeded': 'The amount is above the card’s limit.',
    'card-not-supported': 'This card cannot be used for this kind of payment.',
    'suspected-fraud': 'The bank does not allow this card.',
    'authentication-failed': 'The bank could not verify the customer.',
  },

  forCardCheck: {
    standing: {
      complete: 'All card details are in. Verify the card once the caller agrees.',
      completeByKeypad:
        'All card details are in. The caller can press 1 to continue, or you can verify the card.',
      challenged: 'The customer’s bank is asking them to confirm the card verification.',
    },
    words: {
      confirm: 'May I verify your card for {merchant}? Nothing will be charged.',
      'confirm-by-keypad':
        'Your card will be verified and nothing will be charged. Please press 1 to continue, or 2 to start again.',
      challenged:
        'Your bank is asking you to confirm the card verification. Please follow the steps it shows you.',
      'hung-up': 'We were cut off earlier. Shall I send you a link so that you can verify your card?',
      review: 'Your card verification is under review. We’ll let you know the result.',
      declined:
        'Your bank declined the card verification and nothing was charged. Would you like to try another card? I’ll set that up for you.',
      cancelled: 'The card verification has been cancelled. Nothing was charged.',
      failed: 'Your card could not be verified. Nothing was charged.',
      unknown: 'Your bank hasn’t answered yet. We’ll let you know the result.',
    },
    warnings: {
      'ending-soon': {
        heading: 'This card verification will time out soon',
        advice: 'Continue to keep it open, or it will end by itself.',
      },
    },
    cannotGoOn: 'This card verification has reached its time limit and cannot be extended.',
    takePayment: 'Verify card',
    takingPayment: 'Verifying card…',
    cancelQuestion: 'Cancel this card verification?',
    outcomes: {
      approved: { heading: 'Card verified', advice: 'The card is valid. Nothing was charged.' },
      review: {
        heading: 'Under review',
        advice: 'The card was accepted. The result will be reviewed before it is final.',
      },
      declined: {
        heading: 'Declined',
        advice: 'Nothing was charged. To try another card, start a new card verification.',
      },
      failed: {
        heading: 'Not verified',
        advice: 'Nothing was charged. To try again, start a new card verification.',
      },
      unknown: {
        heading: 'Outcome not known yet',
        advice: 'The bank has not answered. Wait for the result before you verify the card again.',
      },
    },
    ends: {
      timeout: 'The card verification timed out.',
      expired: 'The card verification reached its time limit.',
    },
  },
}
