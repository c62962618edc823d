import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { openTestSession } from '../test-sessions.ts'
import { createViewOpenings } from './view-openings.ts'

function startOpenings() {
  const clock = createMovableClock()
  return {
    clock,
    openings: createViewOpenings({ clock, random: systemRandom }),
    capture: openTestSession(),
  }
}

test('a ticket opens its session once, for thirty seconds', async () => {
  const { clock, openings, capture } = startOpenings()
  const opening = { refreshToken: 'r' }
  const [first, second] = [openings.add(capture, opening), openings.add(capture, opening)]
  assert.match(first, /^[0-9a-f]{32}$/)
  assert.deepEqual(openings.take(capture, first), { ...opening, until: clock.now() + 30_000 })
  assert.equal(openings.take(capture, first), undefined)
  await clock.advance(30_000)
  assert.ok(openings.take(capture, second))
  const third = openings.add(capture, opening)
  await clock.advance(30_001)
  assert.equal(openings.take(capture, third), undefined)
})

test('a ticket opens no other session', () => {
  const { openings, capture } = startOpenings()
  const ticket = openings.add(capture, { refreshToken: undefined })
  assert.equal(openings.take(openTestSession(), ticket), undefined)
  assert.ok(openings.take(capture, ticket))
})

test('twenty are kept for a session, and the oldest goes', () => {
  const { openings, capture } = startOpenings()
  const tickets = Array.from({ length: 21 }, () => openings.add(capture, { refreshToken: undefined }))
  assert.deepEqual(
    tickets.map((ticket) => openings.take(capture, ticket) !== undefined),
    tickets.map((_, index) => index > 0),
  )
})
