import type { DeclineReason, Outcome } from '@tonegate/protocol/outcome'
import type { SessionFacts } from './session-view.ts'

/** What is to be known of a session, said to the customer, and done. */
export interface Explanation {
  readonly meaning: string
  readonly say: string
  readonly next: string
}

/** While it is open, and how it ended where the money is not spoken of. */
export const stateWords = {
  Created: {
    meaning: 'It is open, and the customer has not begun.',
    say: 'Please enter your card details now. I cannot hear or see what you enter.',
    next: 'Follow it with follow_payment_session. Do not ask for the card number.',
  },
  InProgress: {
    meaning:
      'It is open. The customer was sent a link or is entering the card, or the payment is being processed.',
    say: 'Take your time. I am told as soon as it is done.',
    next: 'Follow it with follow_payment_session, and stay silent while the customer enters digits.',
  },
  Finished: {
    meaning: 'It ran to its end. Its result has been removed, or cannot be read here.',
    say: 'I cannot see the result of this payment here. A colleague will look it up.',
    next: 'Do not take the payment again: it may have been paid. Pass the call to a person.',
  },
  Error: {
    meaning: 'It could not be carried out, or its outcome is not known.',
    say: 'Something went wrong with this payment, and I do not know yet whether it was taken.',
    next: 'Do not take the payment again until somebody has looked it up. Pass the call to a person.',
  },
  TimeOut: {
    meaning: 'It ended because nothing happened in it for too long.',
    say: 'That took too long, and nothing was charged. Shall we try again?',
    next: 'If the customer agrees, open it again with the same arguments.',
  },
  ExpiredOnProviderSide: {
    meaning: 'Its time was over.',
    say: 'This payment has expired, and nothing was charged. Shall we try again?',
    next: 'If the customer agrees, open it again with the same arguments.',
  },
  Cancelled: {
    meaning: 'It was cancelled, by the customer, an agent or a program.',
    say: 'The payment was cancelled.',
    next: 'Ask whether the customer still wants to pay before you open another one.',
  },
  unknown: {
    meaning: 'Its state is not one that this server knows.',
    say: 'I cannot see how this payment stands. A colleague will look it up.',
    next: 'Do not take the payment again. Pass the call to a person.',
  },
} as const satisfies Record<SessionFacts['state'], Explanation>

/** What is said when a link has been sent. */
export const linkSent =
  'I have sent you a link. Please open it and enter your card details there. I do not see what you enter.'

/** What became of the money. */
export const outcomeWords = {
  approved: {
    meaning: 'The payment was approved: the card was charged, or the amount is held.',
    say: 'Thank you, the payment has been approved.',
    next: 'Go ahead with what was paid for. Do not take it again.',
  },
  declined: {
    meaning: 'The bank or the gateway declined the payment. Nothing was charged.',
    say: 'The payment was declined, and nothing was charged.',
    next: 'Offer to try again with another card. If the customer agrees, open it again with the same arguments.',
  },
  review: {
    meaning: 'The merchant has to review the payment. The amount is held or was charged.',
    say: 'Thank you. The payment needs a review, and you will hear from us.',
    next: 'Do not take it again. Tell a person that a payment is in review.',
  },
  cancelled: {
    meaning: 'The payment was cancelled, voided or refunded. Nothing is charged.',
    say: 'The payment was cancelled, and nothing is charged.',
    next: 'Ask whether the customer still wants to pay before you open another one.',
  },
  failed: {
    meaning: 'The payment could not be carried out. Nothing was charged.',
    say: 'The payment could not be carried out, and nothing was charged.',
    next: 'If the customer agrees, open it again with the same arguments; if it fails again, pass the call to a person.',
  },
  unknown: {
    meaning: 'The gateway has not answered. The payment may have been charged.',
    say: 'I do not know yet whether the payment was taken. We will find out, and you will not be charged twice.',
    next: 'Do not take the payment again. Its outcome comes later; tell a person.',
  },
} as const satisfies Record<Outcome, Explanation>

/** Why it was declined. What would help a thief, or shame the customer, is not said aloud. */
export const declineWords = {
  'do-not-honour': {
    meaning: 'The bank gave no reason.',
    say: 'Your bank declined the payment without a reason. Another card may work, or your bank can help.',
  },
  'insufficient-funds': {
    meaning: 'There is not enough money on the account.',
    say: 'Your bank declined the payment. Would you like to try another card?',
  },
  'expired-card': {
    meaning: 'The card has expired, or its expiry date was entered wrongly.',
    say: 'The card seems to have expired. Would you like to enter it again, or use another one?',
  },
  'invalid-card-number': {
    meaning: 'The bank does not know the card number.',
    say: 'The card number was not recognised. Would you like to enter it again?',
  },
  'invalid-security-code': {
    meaning: 'The security code was wrong.',
    say: 'The security code did not match. Would you like to enter the card again?',
  },
  'lost-or-stolen': {
    meaning: 'The card was reported as lost or stolen. Do not tell the customer so.',
    say: 'Your bank declined the payment. Please contact your bank, or use another card.',
  },
  'limit-exceeded': {
    meaning: 'A limit of the card was exceeded.',
    say: 'The payment is above a limit of the card. Would you like to try another card?',
  },
  'card-not-supported': {
    meaning: 'This type of card is not accepted, or not for this payment.',
    say: 'This type of card is not accepted. Would you like to try another one?',
  },
  'suspected-fraud': {
    meaning: 'The payment looked like fraud. Do not tell the customer so.',
    say: 'The payment was declined. Please contact your bank, or use another card.',
  },
  'authentication-failed': {
    meaning: 'The customer did not confirm the payment to the bank.',
    say: 'The payment was not confirmed with your bank. Would you like to try again?',
  },
} as const satisfies Record<DeclineReason, Pick<Explanation, 'meaning' | 'say'>>

/** What happens while a session is open. That it was opened, its state says. */
const progressWords: ReadonlyMap<string, string> = new Map([
  ['field-complete pan', 'The customer has entered the card number.'],
  ['field-complete expiry', 'The customer has entered the expiry date.'],
  ['field-complete security-code', 'The customer has entered the security code.'],
  ['link-sent', 'The link was sent.'],
  ['link-opened', 'The customer has opened the link.'],
  ['processing', 'The payment is being processed.'],
  ['at-bank', 'The customer is confirming the payment with the bank.'],
])

/** In words; `undefined` for what is not known here, or says nothing new. */
export const progressText = ({ progress, field }: Readonly<Record<string, unknown>>): string | undefined =>
  progressWords.get([progress, ...(field === undefined ? [] : [field])].join(' '))

/** What a session’s state, outcome and decline reason come to. */
export function explain({
  state,
  ended,
  outcome,
  decline_reason: reason,
  amount,
  currency,
}: SessionFacts): Explanation {
  if (!ended || outcome === undefined) return stateWords[state]
  const words = outcomeWords[outcome]
  const sum = amount && currency ? ` ${amount} ${currency}.` : ''
  if (outcome === 'declined' && reason) {
    const { meaning, say } = declineWords[reason]
    return { meaning: `${words.meaning} ${meaning}${sum}`, say, next: words.next }
  }
  const course = state === 'Finished' || state === 'Error' ? '' : `${stateWords[state].meaning} `
  return { meaning: `${course}${words.meaning}${sum}`, say: words.say, next: words.next }
}
