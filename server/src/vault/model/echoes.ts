import { isSameSecret } from '../../base/signing/same-secret.ts'
import type { Challenge } from './gateway.ts'

/**
 * Whether what a browser brought back from the customer's bank can be the answer to this challenge: a field that was
 * sent to the bank and comes back under the same name (`MD`, `threeDSSessionData`, a reference) has come back as it was
 * sent. A field that differs belongs to another payment. Compared in constant time.
 */
export const echoes = (
  { fields }: Pick<Challenge, 'fields'>,
  answer: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(fields)
    .filter(([name]) => Object.hasOwn(answer, name))
    .map(([name, sent]) => isSameSecret(answer[name], sent))
    .every((same) => same)
