import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Store } from '../store.ts'
import { createDatabaseClock } from './database-clock.ts'

/** A database whose answers take as long as the test says, and whose clock is its own. */
function startDatabase(clock: ReturnType<typeof createMovableClock>) {
  const database = { ahead: 3_600_000, there: 0, back: 0, isAway: false }
  const statement = {
    async first() {
      await clock.advance(database.there)
      if (database.isAway) throw new Error('It is away.')
      const now = clock.elapsed() + database.ahead
      await clock.advance(database.back)
      return { now }
    },
  }
  return { database, store: { prepare: () => statement } as unknown as Store }
}

test('the time is the database’s, whatever is done to the clock of the machine', async (t) => {
  const clock = createMovableClock()
  const { database, store } = startDatabase(clock)
  const shared = await createDatabaseClock(store, clock)
  t.after(() => shared.close())
  const timeThere = () => clock.elapsed() + database.ahead
  assert.equal(shared.now(), timeThere())
  clock.setBack(7_200_000)
  assert.equal(shared.now(), timeThere())
  await clock.advance(1_500)
  assert.equal(shared.now(), timeThere())
})

test('a look that takes long moves the time no further than it must', async (t) => {
  const clock = createMovableClock()
  const { database, store } = startDatabase(clock)
  const shared = await createDatabaseClock(store, clock)
  t.after(() => shared.close())
  Object.assign(database, { there: 10, back: 900 })
  await clock.advance(2_000)
  assert.equal(shared.now(), clock.elapsed() + database.ahead)
})

test('a database whose clock is set is followed, and one that is away is not missed', async (t) => {
  const clock = createMovableClock()
  const { database, store } = startDatabase(clock)
  const shared = await createDatabaseClock(store, clock)
  t.after(() => shared.close())
  database.isAway = true
  await clock.advance(60_000)
  assert.equal(shared.now(), clock.elapsed() + database.ahead)
  Object.assign(database, { isAway: false, ahead: database.ahead + 500 })
  await until(async () => {
    await clock.advance(2_000)
    return shared.now() === clock.elapsed() + database.ahead
  })
})
