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
    session: openTestSession(),
  }
}

test('a ticket opens its session once, for thirty seconds', async () => {
  const { clock, openings, session } = startOpenings()
  const opening = { refreshToken: 'r' }
  const [first, second] = [openings.add(session, opening), openings.add(session, opening)]
  assert.match(first, /^[0-9a-f]{32}$/)
  assert.deepEqual(openings.take(session, first), { ...opening, until: clock.now() + 30_000 })
  assert.equal(openings.take(session, first), undefined)
  await clock.advance(30_000)
  assert.ok(openings.take(session, second))
  const third = openings.add(session, opening)
  await clock.advance(30_001)
  assert.equal(openings.take(session, third), undefined)
})

test('a ticket opens no other session', () => {
  const { openings, session } = startOpenings()
  const ticket = openings.add(session, { refreshToken: undefined })
  assert.equal(openings.take(openTestSession(), ticket), undefined)
  assert.ok(openings.take(session, ticket))
})

test('twenty are kept for a session, and the oldest goes', () => {
  const { openings, session } = startOpenings()
  const tickets = Array.from({ length: 21 }, () => openings.add(session, { refreshToken: undefined }))
  assert.deepEqual(
    tickets.map((ticket) => openings.take(session, ticket) !== undefined),
    tickets.map((_, index) => index > 0),
  )
})
