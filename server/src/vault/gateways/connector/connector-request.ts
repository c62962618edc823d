import { Type } from 'typebox'
import { purposes } from '../../model/launch.ts'
import { moneySchema } from './connector-answer.ts'

const key = Type.String({ pattern: '^[0-9a-z-]{1,50}$' })
const purpose = Type.Enum([...purposes])
const about = { version: Type.Literal(1), idempotencyKey: key }

const payment = {
  ...about,
  purpose,
  channel: Type.Enum(['moto', 'ecommerce']),
  amount: moneySchema,
  reference: Type.Optional(Type.String()),
  initialValues: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
  timeoutSeconds: Type.Integer(),
  challengeReturnUrl: Type.Optional(Type.String()),
}

const followUp = {
  ...about,
  gatewayReference: Type.String(),
  /** The `idempotencyKey` that the payment was authorised with. */
  paymentKey: key,
  amount: moneySchema,
}

/** What an endpoint is asked, by the operation. */
export const requestSchemas = {
  authorise: Type.Object({
    operation: Type.Literal('authorise'),
    ...payment,
    card: Type.Object({
      brand: Type.String(),
      number: Type.String({ pattern: '^[0-9]{12,19}$' }),
      expiryMonth: Type.String({ pattern: '^[0-9]{2}$' }),
      expiryYear: Type.String({ pattern: '^[0-9]{2}$' }),
      /** Absent where the card has none, or the configuration does not ask for it. */
      securityCode: Type.Optional(Type.String({ pattern: '^[0-9]{3,4}$' })),
    }),
  }),
  'authorise-kept': Type.Object({
    operation: Type.Literal('authorise-kept'),
    ...payment,
    /** As an earlier answer named the card. */
    token: Type.String(),
    /** Who asks for the payment: the customer, who is on the telephone, or the merchant alone. */
    initiator: Type.Enum(['customer', 'merchant']),
  }),
  'complete-challenge': Type.Object({
    operation: Type.Literal('complete-challenge'),
    ...about,
    outcome: Type.Enum(['answered', 'abandoned']),
    /** The form that the customer's bank sent the customer back with. */
    answer: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  reconcile: Type.Object({
    operation: Type.Literal('reconcile'),
    ...about,
    purpose,
    amount: moneySchema,
    requestedAt: Type.String({ format: 'date-time' }),
  }),
  capture: Type.Object({ operation: Type.Literal('capture'), ...followUp }),
  void: Type.Object({ operation: Type.Literal('void'), ...followUp }),
  refund: Type.Object({ operation: Type.Literal('refund'), ...followUp }),
}

export type ConnectorOperation = keyof typeof requestSchemas
