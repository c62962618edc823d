import { decode } from 'bencodec'
import { bencodeLength, MalformedBencode } from './bencode-length.ts'

const maxBytes = 16_384
const maxCookieBytes = 256
const space = 0x20

/**
 * Takes the engine's messages out of a stream: `cookie dictionary`, back to back, split wherever the network likes. What
 * has been read is overwritten, since there are digits in it.
 */
export function createNotificationSplitter() {
  let waiting = Buffer.alloc(0)

  function takeFirst(length: number): unknown {
    const first = waiting.subarray(0, length)
    waiting = waiting.subarray(length)
    const message: unknown = decode(first.subarray(first.indexOf(space) + 1), { stringify: true })
    first.fill(0)
    return message
  }

  function clear(): void {
    waiting.fill(0)
    waiting = Buffer.alloc(0)
  }

  return {
    /** The messages that are whole with these bytes, and whether what follows them can never become one. */
    take(bytes: Buffer): { readonly messages: readonly unknown[]; readonly isMalformed: boolean } {
      const joined = Buffer.concat([waiting, bytes])
      for (const read of [waiting, bytes]) read.fill(0)
      waiting = joined
      const messages: unknown[] = []
      try {
        for (let length = lengthOfFirst(waiting); length !== undefined; length = lengthOfFirst(waiting)) {
          messages.push(takeFirst(length))
        }
      } catch {
        clear()
        return { messages, isMalformed: true }
      }
      return { messages, isMalformed: false }
    },
    clear,
  }
}

function lengthOfFirst(bytes: Buffer): number | undefined {
  const cookie = bytes.subarray(0, maxCookieBytes).indexOf(space)
  if (cookie === -1 && bytes.length < maxCookieBytes) return undefined
  if (cookie < 1) throw new MalformedBencode()
  const length = bencodeLength(bytes, cookie + 1, maxBytes)
  if (length === undefined && bytes.length > maxBytes) throw new MalformedBencode()
  return length === undefined ? undefined : cookie + 1 + length
}
