import { type Static, Type } from 'typebox'

/** CyberSource's settings of an account. */
export const settingsSchema = Type.Object(
  {
    merchantId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,60}$' }),
    /** Of a shared secret key for the REST API, as the Business Center shows it. */
    keyId: Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' }),
    /** The key itself, in base64. */
    sharedSecret: Type.String({ pattern: '^[A-Za-z0-9+/]{40,100}={0,2}$' }),
    baseUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@/]{1,200}/?$' })),
    /** What stands for a card that is kept. */
    tokenType: Type.Optional(Type.Enum(['customer', 'paymentInstrument', 'instrumentIdentifier'])),
  },
  { additionalProperties: false },
)

export type CybersourceSettings = Static<typeof settingsSchema>

/** The settings that are no secret. */
export const shownSettings = ['merchantId', 'keyId', 'baseUrl', 'tokenType'] as const

export const usualSettings = {
  baseUrl: 'https://api.cybersource.com',
  tokenType: 'paymentInstrument',
} as const
