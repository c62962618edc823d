import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createPendingLaunches } from './pending-launches.ts'

const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid
const other = '0198c0fd-89c0-72e1-8f18-572efd5c5471' as Guid

/** Whether a promise has resolved, once what is under way has come to its end. */
async function isOver(work: Promise<void>): Promise<boolean> {
  let over = false
  void work.then(() => {
    over = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return over
}

test('where no opening is under way nothing is waited for', async (t) => {
  const clock = createMovableClock()
  const after = t.mock.method(clock, 'after')
  const pending = createPendingLaunches(clock)
  assert.ok(await isOver(pending.settled()))
  pending.begin()()
  assert.ok(await isOver(pending.settled()))
  assert.equal(after.mock.callCount(), 0)
})

test('the openings that are under way are waited for, all of them', async () => {
  const pending = createPendingLaunches(createMovableClock())
  const [first, second] = [pending.begin(), pending.begin()]
  const settled = pending.settled()
  assert.ok(!(await isOver(settled)))
  first()
  assert.ok(!(await isOver(settled)))
  second()
  assert.ok(await isOver(settled))
  assert.ok(await isOver(pending.settled()))
})

test('an opening is waited for five seconds', async () => {
  const clock = createMovableClock()
  const pending = createPendingLaunches(clock)
  pending.begin()
  const settled = pending.settled()
  await clock.advance(4_999)
  assert.ok(!(await isOver(settled)))
  await clock.advance(1)
  assert.ok(await isOver(settled))
})

test('a session that was never opened is known for one, and no other', () => {
  const pending = createPendingLaunches(createMovableClock())
  pending.abandon(guid)
  assert.deepEqual([guid, other].map(pending.isAbandoned), [true, false])
})
