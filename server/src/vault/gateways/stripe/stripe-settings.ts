import { Type } from 'typebox'

/** Stripe's settings of an account. */
export const settingsSchema = Type.Object(
  {
    /** A secret or restricted key. */
    apiKey: Type.String({ pattern: '^[rs]k_(test|live)_[A-Za-z0-9]{8,250}$' }),
    baseUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@]{1,200}$' })),
    /** Of the API; what answers mean is known of the usual one. */
    apiVersion: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}(\\.[a-z]{1,20})?$' })),
    /** Of the event destination; two while one is exchanged. Without any, no notification is read. */
    webhookSecrets: Type.Optional(
      Type.Array(Type.String({ pattern: '^whsec_[\\w+/=-]{8,200}$' }), { minItems: 1, maxItems: 5 }),
    ),
    /** What the customer reads on the statement, behind the account’s own prefix (https://docs.stripe.com/get-started/account/statement-descriptors). */
    statementDescriptorSuffix: Type.Optional(
      Type.String({ pattern: '^(?=.*[A-Za-z])[^<>\\\\\'"*\\x00-\\x1f\\x7f-\\uffff]{1,20}$' }),
    ),
    /** What the merchant charges kept cards for, when the customer is not there. */
    credentialUsage: Type.Optional(Type.Enum(['unscheduled', 'recurring', 'installment'])),
  },
  { additionalProperties: false },
)

export type StripeSettings = Type.Static<typeof settingsSchema>

/** The settings that are no secret. */
export const shownSettings = [
  'baseUrl',
  'apiVersion',
  'statementDescriptorSuffix',
  'credentialUsage',
] as const

export const defaultSettings = {
  baseUrl: 'https://api.stripe.com',
  apiVersion: '2026-10-28.endive',
  credentialUsage: 'unscheduled',
} as const
