import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'bencodec'
import fc from 'fast-check'
import { createNotificationSplitter } from './split-notifications.ts'

const bencoded = (value: object) => encode(value) as Buffer
const message = (value: object, cookie = 'a4bae3b224970127') =>
  Buffer.concat([Buffer.from(`${cookie} `), bencoded(value)])

const key = (event: number) => ({
  data: {
    callid: 'one',
    duration: 100,
    event,
    source_tag: 'caller',
    tags: ['caller', 'ägent'],
    type: 'DTMF',
  },
  notify: 'onDTMF',
})

test('messages that come back to back are taken one by one', () => {
  const { messages, isMalformed } = createNotificationSplitter().take(
    Buffer.concat([message(key(1)), message(key(2), 'x'), message(key(3))]),
  )
  assert.deepEqual(messages, [key(1), key(2), key(3)])
  assert.equal(isMalformed, false)
})

test('messages are the same however they are split', () => {
  const whole = Buffer.concat([message(key(1)), message({ result: 'pong' }), message(key(11))])
  const anySplit = fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 20 })
  fc.assert(
    fc.property(anySplit, (places) => {
      const splitter = createNotificationSplitter()
      const ends = [...new Set([...places, whole.length])].sort((a, b) => a - b)
      const messages = ends.flatMap((end, index) => {
        const taken = splitter.take(Buffer.from(whole.subarray(ends[index - 1] ?? 0, end)))
        assert.equal(taken.isMalformed, false)
        return taken.messages
      })
      assert.deepEqual(messages, [key(1), { result: 'pong' }, key(11)])
    }),
  )
})

test('messages that come byte by byte are whole with their last byte', () => {
  const splitter = createNotificationSplitter()
  const bytes = [...message(key(7))]
  const taken = bytes.map((byte) => splitter.take(Buffer.of(byte)).messages.length)
  assert.deepEqual(taken, [...bytes.slice(1).map(() => 0), 1])
})

test('what was read is overwritten', () => {
  const bytes = Buffer.concat([message(key(7)), Buffer.from('half d5:event')])
  createNotificationSplitter().take(bytes)
  assert.ok(bytes.every((byte) => byte === 0))
})

for (const [what, text] of [
  ['no cookie', ' d1:a1:be'],
  ['a cookie without an end', 'x'.repeat(256)],
  ['JSON', 'cookie {"event":1}'],
  ['a text without its length', 'cookie dx'],
  ['a key that is a number', 'cookie di1e1:ae'],
  ['a number without digits', 'cookie d1:aiee'],
  ['a number with a fraction', 'cookie d1:ai1.5ee'],
  ['a number that is too long', `cookie d1:ai${'1'.repeat(16)}ee`],
  ['a length below nothing', 'cookie d-1:ae'],
  ['a text of 10 MB, before any of it has come', 'cookie d4:data9999999:'],
  ['a text as long as no number', `cookie d4:data${'9'.repeat(400)}:`],
  ['values in values without an end', `cookie ${'l'.repeat(18)}`],
  ['a list without an end', `cookie l${'i1e'.repeat(6_000)}`],
  ['a dictionary above 16 KiB', `cookie d1:a9000:${'a'.repeat(9_000)}1:b9000:${'b'.repeat(9_000)}e`],
  ['a value without a key', 'cookie d1:ae'],
] as const) {
  test(`${what} is malformed, and what came before it is taken`, () => {
    const splitter = createNotificationSplitter()
    const taken = splitter.take(Buffer.concat([message(key(4)), Buffer.from(text)]))
    assert.deepEqual(taken, { messages: [key(4)], isMalformed: true })
  })
}

test('whatever bytes come, they are read or malformed, at once', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
      const splitter = createNotificationSplitter()
      for (const chunk of chunks) splitter.take(Buffer.from(chunk))
    }),
  )
})
