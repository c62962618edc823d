import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import { createResultReports } from './report-results.ts'

const guid = 'session' as Guid
const json = JSON.stringify({ guid, end: 'cancelled', outcome: 'cancelled' })

/** Reports to somebody who takes nothing until they are told to; and at which seconds it was told. */
function startReports(refuse: () => Promise<void>) {
  const clock = createMovableClock(0)
  const told: number[] = []
  let answer = refuse
  const none = async () => undefined
  const reports = createResultReports({
    store: { write: none } as unknown as Store,
    rows: {} as VaultRows,
    ...{ clock, log: createLog('silent'), onProgress: () => {} },
    onResult: () => {
      told.push(clock.now() / 1000)
      return answer()
    },
  })
  return { clock, told, take: () => (answer = async () => {}), ...reports }
}

test('a result that is not taken is told again after a second, then less often, once a minute at least', async () => {
  const { clock, told, report, take } = startReports(() => Promise.reject(new Error('Not now.')))
  void report(guid, json)
  await clock.advance(999)
  assert.deepEqual(told, [0])
  await clock.advance(243_000 - 999)
  assert.deepEqual(told, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  take()
  await clock.advance(60_000)
  assert.equal(told.at(-1), 303)
  await clock.advance(3_600_000)
  assert.equal(told.length, 11, 'what was taken is not told again')
})

test('one that is refused is told again for ever, once an hour at last', async () => {
  const refused = () => Promise.reject(new Problem('not-found', 'Nobody knows it.'))
  const { clock, told, report } = startReports(refused)
  void report(guid, json)
  await clock.advance(24 * 3_600_000)
  const pauses = told.map((at, index) => at - (told[index - 1] ?? 0))
  assert.deepEqual(pauses.slice(1, 13), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
  assert.ok(pauses.slice(13).length > 15 && pauses.slice(13).every((pause) => pause === 3600))
})

test('nobody waits longer than a second for whoever takes results', async () => {
  const { clock, report, stop } = startReports(() => new Promise(() => {}))
  let waited = 0
  const wait = (work: Promise<void>) => void work.then(() => (waited += 1))
  wait(report(guid, json))
  wait(stop())
  await clock.advance(999)
  assert.equal(waited, 0)
  await clock.advance(1)
  assert.equal(waited, 2)
})
