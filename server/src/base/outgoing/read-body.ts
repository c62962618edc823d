import type { IncomingMessage } from 'node:http'
import { ownBytes } from '../own-bytes.ts'
import { NoAnswer } from './outgoing.ts'

/**
 * A gateway may repeat a card's number: its answer is in bytes of its own, and in no piece beside.
 *
 * @param onPart takes the parts instead, one by one.
 * @throws {NoAnswer} when it is longer than allowed.
 */
export async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  onPart?: (part: Buffer) => void,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  try {
    if (Number(response.headers['content-length']) > maxBytes) throw new NoAnswer('answer-too-long', true)
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length > maxBytes) throw new NoAnswer('answer-too-long', true)
      onPart?.(part)
      if (onPart) parts.pop()?.fill(0)
    }
    return joined(parts, onPart ? 0 : length)
  } catch (error) {
    response.destroy()
    throw error
  } finally {
    for (const part of parts) part.fill(0)
  }
}

function joined(parts: readonly Buffer[], length: number): Buffer {
  const whole = ownBytes(length)
  let at = 0
  for (const part of parts) at += part.copy(whole, at)
  return whole
}
