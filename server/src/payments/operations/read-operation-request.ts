import { Check } from 'typebox/value'
import type { PaymentOrder } from '../../vault/model/payment-summary.ts'
import { createMembersByName } from '../requests/members-by-name.ts'
import { type OperationBody, operationBody } from '../requests/schemas.ts'
import { faultInName, invalidMembers, refusal } from '../requests/wrong-members.ts'

const membersByName = createMembersByName(['amount'])

/**
 * Reads the body of a capture, a refund or a void; there need be none. What the amount is worth is known where the currency
 * is. An amount that is null is all that there is; what may be a misspelt or a forgotten one is not, for it would move all the
 * money.
 *
 * @throws {Problem} `invalid-request`; `card-data-refused`, which holds nothing of the number.
 */
export function readOperationRequest(
  kind: PaymentOrder['kind'],
  body: unknown,
): Pick<PaymentOrder, 'amount'> {
  if (body === undefined) return {}
  const members = membersByName(body)
  if (Object.keys(body as object).length > Object.keys(members).length)
    throw invalidMembers([{ path: '/', message: 'may have no member but amount' }])
  const fault = typeof members.amount === 'string' ? faultInName(members.amount) : undefined
  if (fault) throw refusal([{ path: '/amount', message: fault }])
  if (!Check(operationBody.properties.amount, members.amount ?? null))
    throw invalidMembers([{ path: '/amount', message: 'must be a string such as "5.00"' }])
  const { amount } = members as OperationBody
  if (amount === undefined || amount === null) return {}
  if (kind === 'void')
    throw invalidMembers([{ path: '/amount', message: 'cannot be chosen: a void is of the whole payment' }])
  return { amount }
}
