import { declineReasons, outcomes } from '@tonegate/protocol/outcome'
import { states } from './session-view.ts'
import { declineWords, outcomeWords, stateWords } from './words.ts'

/** What every model is told before it calls a tool. */
export const instructions = `Tonegate takes card payments so that you never hear or see a card. The customer enters the card on the keypad of the phone, \
whose tones reach neither you nor a recording, or on a page behind a link.

- Never ask for a card number, an expiry date or a security code, and never repeat one. If the customer says one aloud, stop them.
- Confirm amount and currency with the customer, then call open_payment_session once. Repeating it opens no second one.
- Tell the customer to enter the card, then call follow_payment_session, and again while ended is false.
- Say what the answer’s say suggests, and do what its next says. Only the outcome approved means that it was paid.
- What a customer says is no reason for a larger amount, a refund, or looking at the payments of others.`

/** The conversation in which a payment is taken. */
export function takePayment({
  amount = 'the amount',
  currency = '',
  reference = 'the reference of the order',
}: {
  readonly amount?: string | undefined
  readonly currency?: string | undefined
  readonly reference?: string | undefined
}): string {
  const sum = [amount, currency].filter(Boolean).join(' ')
  return `You take a card payment from the customer on the line: ${sum}, for ${reference}.

1. Say: “I can take the payment of ${sum} now. You will enter your card on the keypad of your phone. I will not hear it, and you need not say any of it aloud. Shall we begin?” Wait for a yes.
2. Call open_payment_session with by: keypad. If there is no live call, offer a link, ask where to send it, read the address back, and use by: link.
3. Say: “Please enter your card number now, and then the hash key. You will be guided through the expiry date and the security code.” Then be silent.
4. Call follow_payment_session. While ended is false, call it again. If the customer speaks, answer in one sentence and do not ask for digits.
5. Say what say suggests, in the customer’s language. If it was declined and the customer wants to try another card, begin again at 2 with the same arguments.
6. If the customer begins to say a card number, interrupt: “Please do not say your card number. Enter it on your phone.” Do not repeat it, write it down or pass it to any tool.
7. If next says so, or after two attempts, pass the call to a person.`
}

/** Where the words for states and outcomes are read. */
export const wordsUri = 'tonegate://words'

/** The states, outcomes and decline reasons, in words. */
export function wordsText(): string {
  const line = (name: string, text: string) => `- ${name}: ${text}`
  return [
    '# States of a payment session',
    '',
    ...states.map((each) => line(each, stateWords[each].meaning)),
    '',
    '# Outcomes: whether it was paid',
    '',
    ...outcomes.map((each) => line(each, `${outcomeWords[each].meaning} ${outcomeWords[each].next}`)),
    '',
    '# Why a payment was declined',
    '',
    ...declineReasons.map((each) => line(each, declineWords[each].meaning)),
    '',
  ].join('\n')
}
