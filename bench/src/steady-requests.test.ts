import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../server/src/base/clock.ts'
import { startSteadyRequests } from './steady-requests.ts'

test('requests are sent at their pace, whatever becomes of them, and counted by their status', async () => {
  const clock = createMovableClock()
  const statuses = [200, 429, 200, 429, 400]
  let sent = 0
  const send = async () => {
    const status = statuses[sent]
    sent += 1
    if (status === undefined) throw new Error('the connection broke')
    return status
  }
  const steady = startSteadyRequests(send, 50, clock)
  await clock.advance(19)
  assert.equal(sent, 0)
  await clock.advance(101)
  assert.equal(sent, 6)
  const { accepted, refused, milliseconds } = await steady.stop()
  assert.equal(accepted, 2)
  assert.equal(milliseconds, 120)
  assert.deepEqual([...refused].toSorted(), [
    [0, 1],
    [400, 1],
    [429, 2],
  ])
  await clock.advance(1000)
  assert.equal(sent, 6)
})
