import type { FieldName, Step, ViewState } from '../../../server/src/vault/view-state.ts'

const fieldOf: Readonly<Partial<Record<Step, FieldName>>> = {
  'payment-card-number': 'pan',
  'expiration-date': 'expiry',
  'security-code': 'securityCode',
}

/** The field whose digits are expected; `undefined` when none is. */
export function currentField({ step }: ViewState): FieldName | undefined {
  return step ? fieldOf[step] : undefined
}
