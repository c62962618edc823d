import { hash, timingSafeEqual } from 'node:crypto'
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

/** Whether a text that came from outside is the one that is expected, in a time that does not tell how much of it is. */
export const isSameSecret = (given: string | undefined, expected: string): boolean =>
  given !== undefined && timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
