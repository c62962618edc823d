import { createHmac } from 'node:crypto'
import type { Random } from '../../base/random.ts'

const fewestDigits = 12
const star = 0x2a

/**
 * Knows a card number again without keeping it: by its HMAC under a key that lives as long as the request.
 *
 * @returns overwrites the number with stars in a gateway's answer, all but the last four digits.
 */
export function createEchoMask(pan: Uint8Array, random: Random): (answer: Buffer) => void {
  const key = random(32)
  const markOf = (digits: Uint8Array) => createHmac('sha256', key).update(digits).digest()
  const { length } = pan
  const mark = length >= fewestDigits ? markOf(pan) : undefined

  return (answer) => {
    if (!mark) return
    let run = 0
    for (let at = 0; at <= answer.length; at += 1) {
      const byte = answer[at] ?? 0
      run = byte >= 0x30 && byte <= 0x39 ? run + 1 : 0
      if (run < length) continue
      const start = at + 1 - length
      if (!markOf(answer.subarray(start, at + 1)).equals(mark)) continue
      answer.fill(star, start, at - 3)
      run = 0
    }
  }
}
