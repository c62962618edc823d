import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterMilliseconds } from './retry-after.ts'

const now = Date.parse('2026-01-15T09:30:00Z')
const read = (value: string | readonly string[] | undefined) =>
  retryAfterMilliseconds({ 'retry-after': value }, now)

test('seconds and HTTP dates are read, for an hour at most', () => {
  assert.equal(read('120'), 120_000)
  assert.equal(read(' 0 '), 0)
  assert.equal(read('Thu, 15 Jan 2026 09:40:00 GMT'), 600_000)
  assert.equal(read('Thu, 15 Jan 2026 08:40:00 GMT'), 0)
  assert.equal(read('86400'), 3_600_000)
  assert.equal(read('999999999999999'), 3_600_000)
  assert.equal(read('Fri, 16 Jan 2026 09:30:00 GMT'), 3_600_000)
  assert.equal(read(['30', '60']), 30_000)
})

test('what cannot be read says nothing', () => {
  for (const value of [
    undefined,
    '',
    '-1',
    '1.5',
    'soon',
    '2026-01-15',
    '1e3',
    '30 seconds',
    'Thu, 99 Foo 2026 09:40:00 GMT',
  ]) {
    assert.equal(read(value), undefined, String(value))
  }
})
