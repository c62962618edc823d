import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../../base/problem.ts'
import { FormBody } from './form-body.ts'

const read = (text: string | Buffer) => new FormBody(Buffer.from(text))

/** URLSearchParams passes over a question mark at the beginning of a query; a form has no such thing. */
const reference = (text: string) => new URLSearchParams(text.startsWith('?') ? `&${text}` : text)

/** As the reference reads what is UTF-8; anything else is refused. */
function assertReadAlike(text: string): void {
  const expected = [...reference(text)]
  if (expected.flat().some((each) => each.includes('\ufffd'))) {
    assert.throws(
      () => read(text),
      (error) => error instanceof Problem && error.code === 'invalid-request',
    )
    return
  }
  const form = read(text)
  assert.deepEqual([...form.texts()], expected)
  assert.equal(form.size, expected.length)
}

test('every form is read as URLSearchParams reads it', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 8 }), (pairs) => {
      assertReadAlike(new URLSearchParams(pairs).toString())
    }),
    { numRuns: 2000 },
  )
})

test('any ASCII at all is read as URLSearchParams reads it, or refused where it is not UTF-8', () => {
  const piece = fc.constantFrom(
    ...'a&=+%?4 "',
    '%',
    '%4',
    '%41',
    '%zz',
    '%c3',
    '%A9',
    '%C3%a9',
    '%26',
    '%3D',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => assertReadAlike(pieces.join(''))),
    { numRuns: 5000 },
  )
})

test('a value is bytes of the body, and gone when the body is overwritten', () => {
  const body = Buffer.from('cardNumber=4111+1111%201111&x=1&cardNumber=2')
  const form = new FormBody(body)
  const [first, second] = form.bytesOf('cardNumber')
  assert.equal(first?.toString(), '4111 1111 1111')
  assert.equal(second?.toString(), '2')
  body.fill(0)
  assert.ok(first?.every((byte) => byte === 0))
})

test('what decoding has left behind in the body is overwritten', () => {
  const body = Buffer.from('a=%34%31%31%31&b=4222')
  new FormBody(body)
  assert.equal(body.toString().replaceAll('\0', ''), 'a=4111&b=4222')
})

test('a parameter is found by its whole name alone, in its own case', () => {
  const form = read('client=1&client_id=2&%63lient_secret=3&Client_id=4')
  assert.equal(form.get('client_id'), '2')
  assert.equal(form.get('client_secret'), '3')
  assert.equal(form.get('client_i'), null)
  assert.ok(form.has('client') && !form.has('lient'))
})

test('parameters that are left out, in whatever case, never become texts', () => {
  assert.deepEqual([...read('a=1&Password=x&PASSWORD=y').texts(['password'])], [['a', '1']])
})

test('a form has at most 16 KiB', () => {
  assert.equal(read(`a=${'b'.repeat(16_382)}`).size, 1)
  assert.throws(
    () => read(`a=${'b'.repeat(16_383)}`),
    (error) => error instanceof Problem && error.code === 'body-too-large',
  )
})

test('UTF-8 that was not escaped is read, and what is not UTF-8 is refused', () => {
  assert.deepEqual([...read('é=%zzü').texts()], [['é', '%zzü']])
  for (const bytes of [
    [0x61, 0xe9],
    [0xc3, 0x3d, 0xa9],
    [0xef, 0xbf, 0xbd],
  ]) {
    assert.throws(
      () => read(Buffer.from(bytes)),
      (error) => error instanceof Problem && error.code === 'invalid-request',
    )
  }
})

test('a line end after a form is no part of its last value, and one that was escaped is', () => {
  for (const end of ['\n', '\r\n', '\r', '\r\n\r\n']) {
    assert.deepEqual(
      [...read(`a=b&c=d${end}`).texts()],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    )
    assert.equal(read(`a=b&${end}`).size, 1)
    assert.equal(read(end).size, 0)
  }
  assert.equal(read('a=b%0D%0A').get('a'), 'b\r\n')
  assert.equal(read('a=b\nc&d=e').get('a'), 'b\nc')
})
