import { Type } from 'typebox'

/** Stripe's settings of an account. */
export const settingsSchema = Type.Object(
  {
    /** A secret or restricted key. */
    apiKey: Type.String({ pattern: '^[rs]k_(test|live)_[A-Za-z0-9]{8,250}$' }),
    baseUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#@]{1,200}$' })),
    /** Of the API; what answers mean is known of the usual one. */
    apiVersion: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}(\\.[a-z]{1,20})?$' })),
  },
  { additionalProperties: false },
)

export type StripeSettings = Type.Static<typeof settingsSchema>

/** The settings that are no secret. */
export const shownSettings = ['baseUrl', 'apiVersion'] as const

export const usualSettings = {
  baseUrl: 'https://api.stripe.com',
  apiVersion: '2025-09-30.clover',
} as const
