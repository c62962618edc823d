import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readForeignTraceparent, readTraceparent, traceparentOf } from './traceparent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const place = { traceId, spanId, sampled: true }

test('a span is told and read by its traceparent (W3C Trace Context §3.2)', () => {
  const header = `00-${traceId}-${spanId}-01`
  assert.equal(traceparentOf(place), header)
  assert.deepEqual(readTraceparent(header), place)
  assert.deepEqual(readForeignTraceparent(header), place)
  assert.deepEqual(readTraceparent(traceparentOf({ ...place, sampled: false })), { ...place, sampled: false })
})

test('a later version is read as far as it is known (§3.2.4)', () => {
  assert.deepEqual(readTraceparent(`cc-${traceId}-${spanId}-09-what-comes-then`), place)
  assert.equal(readTraceparent(`00-${traceId}-${spanId}-01-what-comes-then`), undefined)
})

for (const [what, header] of Object.entries({
  nothing: undefined,
  'an empty one': '',
  'two of them': [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01`],
  'two in one': `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
  'the version that is none': `ff-${traceId}-${spanId}-01`,
  'no trace': `00-${'0'.repeat(32)}-${spanId}-01`,
  'no span': `00-${traceId}-${'0'.repeat(16)}-01`,
  'capital letters': `00-${traceId.toUpperCase()}-${spanId}-01`,
  'what is too short': `00-${traceId.slice(1)}-${spanId}-01`,
  'what is too long': `cc-${traceId}-${spanId}-01-${'x'.repeat(300)}`,
  'a line break': `00-${traceId}-${spanId}-01\n`,
  'something else': "00-' or 1=1 --",
})) {
  test(`${what} is no traceparent`, () => {
    assert.equal(readTraceparent(header), undefined)
    assert.equal(readForeignTraceparent(header), undefined)
  })
}

test('what may be a card number in the traceparent of others is nobody’s', () => {
  const card = '4111111111111111'
  for (const holding of [
    `00-${card.padEnd(32, '0')}-${spanId}-01`,
    `00-${card.padStart(32, 'a')}-${spanId}-01`,
    `00-12345${card}${'9'.repeat(11)}-${spanId}-01`,
    `00-${traceId}-${card}-01`,
    `00-${traceId}-b378282246310005-01`,
  ]) {
    assert.equal(readForeignTraceparent(holding), undefined, holding)
    assert.notEqual(readTraceparent(holding), undefined, 'as our own processes tell it, it goes on')
  }
})
