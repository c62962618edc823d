import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { watchSession } from './watch-session.ts'

const sessionGuid = '019bc111-5b38-7000-8000-1234567890ab'

/** Looks at a session that is in one state after another. */
function start(states: readonly string[], milliseconds = 45_000) {
  const clock = createMovableClock()
  const looks: number[] = []
  const seen: string[] = []
  const ending = new AbortController()
  const began = clock.now()
  const watching = watchSession('/v1/session/x', {
    ...{ clock, milliseconds, signal: ending.signal },
    api: async () => {
      looks.push(clock.now() - began)
      return { sessionGuid, sessionState: states[Math.min(looks.length, states.length) - 1] }
    },
    changed: async ({ state }) => void seen.push(state),
  })
  return { clock, looks, seen, watching, ending }
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
  const { clock, looks, watching } = start(['InProgress'], 10_000)
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
