import type { Paid, ResultKeys } from './paid.ts'

/** The keys of a merchant's own gateway: what it answered, as it is. */
export function connectorKeys({ result: { charge } }: Paid): ResultKeys {
  return charge?.details ?? {}
}
