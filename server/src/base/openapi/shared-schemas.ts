import { outcomes } from '@tonegate/protocol/outcome'
import { Type } from 'typebox'

/** What a payment came to, in the Payment API and in the provider contract. */
export const paymentOutcome = Type.Enum([...outcomes], {
  type: 'string',
  title: 'PaymentOutcome',
  description:
    'How the payment ended. unknown: the card may have been charged, so do not pay again; the outcome comes later.',
})

export const linkChannel = Type.Enum(['sms', 'email'], {
  type: 'string',
  title: 'LinkChannel',
  description: 'How a link is sent.',
})
