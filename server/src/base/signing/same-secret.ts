import { hash, timingSafeEqual } from 'node:crypto'

/** Whether a text that came from outside is the one that is expected, in a time that does not tell how much of it is. */
export const isSameSecret = (given: string | undefined, expected: string): boolean =>
  given !== undefined && timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
