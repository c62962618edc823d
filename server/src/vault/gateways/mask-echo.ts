import { createHmac, randomBytes } from 'node:crypto'
import type { Outgoing } from '../../base/outgoing.ts'

const fewestDigits = 12
const star = 0x2a

/**
 * The way out to a gateway that might repeat the card number in its answer, where it would be written down with it: the
 * number is known again by its HMAC, under a key that lives as long as the request, and overwritten with stars but for
 * its last four digits. The number itself is not kept.
 */
export function maskingEcho(send: Outgoing, pan: Uint8Array): Outgoing {
  const key = randomBytes(32)
  const markOf = (digits: Uint8Array) => createHmac('sha256', key).update(digits).digest()
  const { length } = pan
  const mark = markOf(pan)

  function mask(answer: Buffer): void {
    let run = 0
    for (const [at, byte] of answer.entries()) {
      run = byte >= 0x30 && byte <= 0x39 ? run + 1 : 0
      const start = at + 1 - length
      if (run >= length && markOf(answer.subarray(start, at + 1)).equals(mark))
        answer.fill(star, start, at - 3)
    }
  }

  return async (request) => {
    const answer = await send(request)
    if (length >= fewestDigits) mask(answer.body)
    return answer
  }
}
