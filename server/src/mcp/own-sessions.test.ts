import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createOwnSessions } from './own-sessions.ts'

test('what a session was opened by is known for a day, as the API knows it, and the session for longer', async () => {
  const clock = createMovableClock()
  const own = createOwnSessions(clock)
  own.add('ABC', 'key')
  await clock.leap(23 * 3_600_000)
  own.add('ABC', 'key')
  assert.equal(own.openedBy('key'), 'ABC')
  await clock.leap(3_600_000)
  assert.equal(own.openedBy('key'), undefined)
  own.add('def', 'key')
  assert.equal(own.openedBy('key'), 'def')
  assert.ok(own.has('abc') && own.has('DEF'))
})
