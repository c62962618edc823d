import { randomInt } from 'node:crypto'
import { holdsCardNumber } from '../base/redaction/find-card-number.ts'

/** The header that a request's id comes in, and that every answer bears. */
export const requestIdHeader = 'x-request-id'

/** What may stand in a log line, a header and a page as it is. */
const wellFormed = /^[\w.~:+/=-]{1,128}$/

/** Says what a request is called. @param given the name that it came with. */
export type RequestIds = (given?: string | readonly string[]) => string

/**
 * Says what requests are called. A program that names its request is answered with the same name, where it is short,
 * of harmless characters and holds no card number; otherwise the request gets a name of ours, which does not come again
 * after a restart.
 */
export function createRequestIds(): RequestIds {
  const letters = Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26))).join('')
  let count = 0
  return (given) => {
    if (typeof given === 'string' && wellFormed.test(given) && !holdsCardNumber(given)) return given
    count += 1
    return `${letters}-${count.toString(36)}`
  }
}
