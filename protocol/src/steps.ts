import type { FieldName, Step } from './view-state.ts'

/** The step at which a field is asked. */
export const stepOf = {
  pan: 'payment-card-number',
  expiry: 'expiration-date',
  securityCode: 'security-code',
} as const satisfies Record<FieldName, Step>

const fields: Readonly<Partial<Record<Step, FieldName>>> = {
  [stepOf.pan]: 'pan',
  [stepOf.expiry]: 'expiry',
  [stepOf.securityCode]: 'securityCode',
}

/** The field whose digits are expected at a step; `undefined` when none is. */
export const fieldAskedAt = (step: Step | null): FieldName | undefined => (step ? fields[step] : undefined)
