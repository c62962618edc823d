import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createHeartbeats } from './heartbeats.ts'

function start() {
  const clock = createMovableClock()
  const begin = clock.now()
  let timers = 0
  const every: typeof clock.every = (milliseconds, callback) => {
    const stop = clock.every(milliseconds, callback)
    timers += 1
    return () => {
      timers -= 1
      stop()
    }
  }
  const heartbeats = createHeartbeats({ every }, 15)
  const member = () => {
    const beats: number[] = []
    return { beats, beat: () => void beats.push((clock.now() - begin) / 1000) }
  }
  return { clock, heartbeats, member, timers: () => timers }
}

test('each has a heartbeat every 15 seconds, in the second in which it joined', async () => {
  const { clock, heartbeats, member } = start()
  const [first, second, third] = [member(), member(), member()]
  heartbeats.join(first)
  heartbeats.join(second)
  await clock.advance(4_500)
  heartbeats.join(third)
  await clock.advance(40_000)
  assert.deepEqual(first.beats, [15, 30])
  assert.deepEqual(second.beats, [15, 30])
  assert.deepEqual(third.beats, [19, 34])
  assert.deepEqual(heartbeats.all(), [first, second, third])
})

test('one that has left has none, and with the last of them the timer stops', async () => {
  const { clock, heartbeats, member, timers } = start()
  const [first, second] = [member(), member()]
  heartbeats.join(first)
  await clock.advance(2_000)
  heartbeats.join(second)
  assert.equal(timers(), 1)
  heartbeats.leave(first)
  await clock.advance(20_000)
  assert.deepEqual([first.beats, second.beats], [[], [17]])
  heartbeats.leave(second)
  heartbeats.leave(second)
  assert.equal(timers(), 0)
  heartbeats.join(first)
  await clock.advance(15_000)
  assert.deepEqual(first.beats, [37])
})

test('one may leave in its own heartbeat', async () => {
  const { clock, heartbeats, member } = start()
  const after = member()
  const leaving = { beat: () => heartbeats.leave(leaving) }
  heartbeats.join(leaving)
  heartbeats.join(after)
  await clock.advance(15_000)
  assert.deepEqual(after.beats, [15])
  assert.deepEqual(heartbeats.all(), [after])
})
