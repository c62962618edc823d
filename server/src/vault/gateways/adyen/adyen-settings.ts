import { Type } from 'typebox'

/** Adyen's settings of an account. */
export const settingsSchema = Type.Object(
  {
    /** Of an API credential that may send card numbers as they are. */
    apiKey: Type.String({ pattern: '^[!-~]{10,500}$' }),
    merchantAccount: Type.String({ pattern: '^[A-Za-z0-9_-]{1,80}$' }),
    /** Without the version. A live account has an address of its own. */
    baseUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@]{1,200}$' })),
    apiVersion: Type.Optional(Type.String({ pattern: '^v\\d{2}$' })),
    /** What a card that is kept will be used for. */
    recurringProcessingModel: Type.Optional(
      Type.Union([
        Type.Literal('CardOnFile'),
        Type.Literal('Subscription'),
        Type.Literal('UnscheduledCardOnFile'),
      ]),
    ),
    /** What the customer's statement says; Adyen recommends no more, for banks cut it there. */
    shopperStatement: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9 .,'_?+*/-]{1,22}$" })),
    /** Of the webhook in the Customer Area; without it no notification is believed. */
    hmacKey: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{64}$' })),
  },
  { additionalProperties: false },
)

export type AdyenSettings = Type.Static<typeof settingsSchema>

/** The settings that are no secret. */
export const shownSettings = [
  'merchantAccount',
  'baseUrl',
  'apiVersion',
  'recurringProcessingModel',
  'shopperStatement',
] as const

export const defaultSettings = {
  baseUrl: 'https://checkout-test.adyen.com',
  apiVersion: 'v71',
  recurringProcessingModel: 'CardOnFile',
} as const
