import type { TemplateShape } from '../../base/text/template.ts'
/** What the templates of `initialValues` may ask for. */
export const initialValueNames = {
  /** Major units with the currency's decimals, `12.40`. */
  amount: 'text',
  amountMinor: 'text',
  currency: 'text',
  reference: 'text',
  sessionGuid: 'text',
  callGuid: 'text',
  callbackUrl: 'text',
  paymentData: 'any',
} as const satisfies TemplateShape
