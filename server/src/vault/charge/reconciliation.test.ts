import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { approval } from '../test-vault.ts'
import type { ChargeAttempt } from './attempt.ts'
import { createReconciliation } from './reconciliation.ts'

const attempt = { idempotencyKey: 'key-1' } as ChargeAttempt
const [second, minute, hour] = [1000, 60_000, 3_600_000]

/** Asks a gateway that knows what the test says, and notes after how long each time. */
function startLooking() {
  const clock = createMovableClock()
  const began = clock.now()
  const asked: number[] = []
  const found: GatewayAnswer[] = []
  let known: GatewayAnswer | undefined
  const reconciliation = createReconciliation({
    clock,
    async reconcile() {
      asked.push(clock.now() - began)
      return known
    },
    found: async (_, answer) => void found.push(answer),
  })
  return {
    clock,
    asked,
    found,
    reconciliation,
    becomeKnown() {
      known = approval
    },
  }
}

test('an outcome is looked for after half a minute, then twice as late each time, at last every hour', async () => {
  const { clock, asked, reconciliation } = startLooking()
  reconciliation.watch(attempt, 'later')
  await clock.advance(5 * hour)
  const first = [30, 60, 120, 240, 480, 960, 1920, 3840].map((seconds) => seconds * second)
  assert.deepEqual(asked.slice(0, 8), first)
  assert.deepEqual(
    asked.slice(8).map((at, index) => at - (asked[index + 7] ?? 0)),
    asked.slice(8).map(() => hour),
  )
})

test('what the process before this one left is looked for at once', async () => {
  const { clock, asked, reconciliation } = startLooking()
  reconciliation.watch(attempt, 'at once')
  await clock.advance(minute)
  assert.deepEqual(asked, [0, 30 * second])
})

test('it is looked for until it is found, and handed on once', async () => {
  const { clock, asked, found, reconciliation, becomeKnown } = startLooking()
  reconciliation.watch(attempt, 'later')
  await clock.advance(minute)
  becomeKnown()
  await clock.advance(hour)
  assert.deepEqual([asked.length, found], [3, [approval]])
})

test('after three days nobody looks any more', async () => {
  const { clock, asked, reconciliation } = startLooking()
  reconciliation.watch(attempt, 'later')
  await clock.advance(72 * hour)
  const looks = asked.length
  assert.ok((asked.at(-1) ?? 0) > 71 * hour - minute)
  await clock.advance(hour)
  assert.equal(asked.length, looks + 1, 'the last look was planned within them')
  await clock.advance(5 * hour)
  assert.equal(asked.length, looks + 1)
})

test('what has become known otherwise is looked for no more, and an answer under way is dropped', async () => {
  const { clock, asked, found, reconciliation, becomeKnown } = startLooking()
  reconciliation.watch(attempt, 'later')
  reconciliation.forget(attempt)
  reconciliation.forget(attempt)
  await clock.advance(hour)
  assert.deepEqual(asked, [])
  becomeKnown()
  reconciliation.watch({ idempotencyKey: 'key-2' } as ChargeAttempt, 'later')
  reconciliation.close()
  await clock.advance(hour)
  assert.deepEqual([asked, found], [[], []])
})
