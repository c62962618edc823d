import { ownBytes } from '../../base/own-bytes.ts'

/**
 * A body that holds digits, in one buffer of its own: whoever sends it overwrites it. The digits are copied from
 * buffer to buffer and never become a text.
 *
 * @param parts texts, and the bytes of digits.
 */
export function secretBody(parts: readonly (string | Uint8Array)[]): Buffer {
  const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
  const body = ownBytes(length)
  let at = 0
  for (const part of parts) {
    if (typeof part === 'string') at += body.write(part, at)
    else {
      body.set(part, at)
      at += part.length
    }
  }
  return body
}
