import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import type { FollowEvents } from './follow-events.ts'
import { watchSession } from './watch-session.ts'

const sessionGuid = '019bc111-5b38-7000-8000-1234567890ab'

/** As of a server that has no streams. */
const noStream: FollowEvents = async () => {}

/** Looks at a session that is in one state after another. */
function start(states: readonly string[], { milliseconds = 45_000, events = noStream } = {}) {
  const clock = createMovableClock()
  const looks: number[] = []
  const seen: string[] = []
  const [ending, stopping] = [new AbortController(), new AbortController()]
  const began = clock.now()
  const watching = watchSession('/v1/session/x', {
    ...{ clock, milliseconds, signal: ending.signal, stopping: stopping.signal, events, heard: () => {} },
    api: async () => {
      looks.push(clock.now() - began)
      return { sessionGuid, sessionState: states[Math.min(looks.length, states.length) - 1] }
    },
    changed: async ({ state }) => void seen.push(state),
  })
  return { clock, looks, seen, watching, ending, stopping }
}

test('a session is looked at less and less often, and often again when it has changed', async () => {
  const created = Array.from({ length: 8 }, () => 'Created')
  const { clock, looks, seen, watching } = start([...created, 'InProgress', 'InProgress', 'Finished'])
  await clock.advance(60_000)
  assert.equal((await watching).state, 'Finished')
  assert.deepEqual(seen, ['Created', 'InProgress', 'Finished'])
  const waits = looks.slice(1).map((at, index) => at - (looks[index] ?? 0))
  assert.ok(Math.max(...waits) <= 2000 && (waits[6] ?? 0) === 2000, waits.join())
  assert.equal(waits[8], 500)
})

test('the wait ends when its time is over, and says how it stands then', async () => {
  const { clock, looks, watching } = start(['InProgress'], { milliseconds: 10_000 })
  await clock.advance(60_000)
  const { state, ended } = await watching
  assert.deepEqual([state, ended, looks.at(-1)], ['InProgress', false, 10_000])
})

test('a request that was called off is not answered, and nothing is looked at any more', async () => {
  const { clock, looks, watching, ending } = start(['Created'])
  await clock.advance(1000)
  const before = looks.length
  ending.abort(new Error('called off'))
  await assert.rejects(watching, /called off/)
  await clock.advance(60_000)
  assert.equal(looks.length, before)
})

test('while a stream tells what happens, a session is looked at when it does, and four times a minute', async () => {
  let tell: Parameters<FollowEvents>[1]['heard'] = () => {}
  const events: FollowEvents = (_, { heard, signal }) => {
    tell = heard
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  }
  const { clock, looks, seen, watching } = start(['Created', 'Created', 'InProgress', 'Finished'], { events })
  await clock.advance(14_000)
  assert.deepEqual(looks, [0])
  await clock.advance(6_000)
  tell({ progress: 'opened' })
  await clock.advance(1_000)
  tell({ type: 'session.ended' })
  assert.equal((await watching).state, 'Finished')
  assert.deepEqual(looks, [0, 15_000, 20_000, 21_000])
  assert.deepEqual(seen, ['Created', 'InProgress', 'Finished'])
})

test('a stream that ends before its session leaves it looked at as without one', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { clock, looks } = start(['Created'], { events: () => promise })
  await clock.advance(10_000)
  assert.equal(looks.length, 1)
  resolve()
  await clock.advance(4_000)
  assert.ok(looks.length > 3, looks.join())
})

test('who waits at a server that stops is told how it stands', async () => {
  const { clock, watching, stopping } = start(['InProgress'])
  await clock.advance(5_000)
  stopping.abort()
  assert.deepEqual([(await watching).state, (await watching).ended], ['InProgress', false])
})
