import { type Static, Type } from 'typebox'

const pem = (name: string) =>
  Type.String({
    pattern: `^-----BEGIN ${name}-----\\r?\\n[A-Za-z0-9+/=\\r\\n]{100,8000}-----END ${name}-----\\s*$`,
  })

/** CyberSource's settings of an account. */
export const settingsSchema = Type.Object(
  {
    merchantId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,60}$' }),
    /** Of a shared secret key for the REST API, as the Business Center shows it. */
    keyId: Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' }),
    /** The key itself, in base64. */
    sharedSecret: Type.String({ pattern: '^[A-Za-z0-9+/]{40,100}={0,2}$' }),
    baseUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@/]{1,200}/?$' })),
    /** How requests are authenticated. CyberSource has retired `http-signature`. */
    authentication: Type.Optional(Type.Enum(['jwt', 'http-signature'])),
    /** CyberSource's certificate for encrypting what it is sent, as the Business Center hands it out, in PEM. */
    requestCertificate: Type.Optional(pem('CERTIFICATE')),
    /** The name of the key that answers are encrypted to. */
    responseKeyId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' })),
    /** The private part of that key, in PEM (PKCS #8). */
    responseKey: Type.Optional(pem('PRIVATE KEY')),
    /** What stands for a card that is kept. */
    tokenType: Type.Optional(Type.Enum(['customer', 'paymentInstrument', 'instrumentIdentifier'])),
    /** What the merchant alone charges a kept card for. */
    agreement: Type.Optional(Type.Enum(['unscheduled', 'recurring'])),
    /** What stands on the customer's statement. */
    statementDescriptor: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9 .,*/&'-]{1,23}$" })),
    /** Whether customers of the payment page are authenticated by their banks. */
    threeDSecure: Type.Optional(Type.Enum(['off', 'payer-authentication'])),
  },
  { additionalProperties: false },
)

export type CybersourceSettings = Static<typeof settingsSchema>

/** The settings that are no secret. */
export const shownSettings = [
  'merchantId',
  'keyId',
  'baseUrl',
  'authentication',
  'responseKeyId',
  'tokenType',
  'agreement',
  'statementDescriptor',
  'threeDSecure',
] as const

export const defaultSettings = {
  baseUrl: 'https://api.cybersource.com',
  authentication: 'jwt',
  tokenType: 'paymentInstrument',
  agreement: 'unscheduled',
  threeDSecure: 'off',
} as const
