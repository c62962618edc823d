import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDots } from './dots.ts'

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const event = (pan: number) => {
  const fields = {
    pan: { state: 'entering', digits: pan },
    expiry: { digits: 77 },
    securityCode: { digits: 88 },
  }
  return chunk(`event: state\ndata: ${JSON.stringify({ state: 'capturing', fields })}\n\n`)
}

test('each event says how many digits of the card number there are, wherever the chunks are cut', () => {
  const stream = Buffer.from(head + event(0) + event(12) + chunk(': still here\n\n') + event(3))
  for (const bytes of [stream.length, 100, 7, 1]) {
    const seen: number[] = []
    const read = readDots((digits) => seen.push(digits))
    for (let at = 0; at < stream.length; at += bytes) read(stream.subarray(at, at + bytes))
    assert.deepEqual(seen, [0, 12, 3], `in pieces of ${bytes}`)
  }
})

test('what does not begin as a stream is refused', () => {
  const read = readDots(() => {})
  assert.throws(() => read(Buffer.from('HTTP/1.1 409 Conflict\r\n\r\n')), /409 Conflict/)
})
