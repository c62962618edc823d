import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../../base/clock.ts'
import type { Guid } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { Problem } from '../../../base/problem.ts'
import type { Connection, Store } from '../../../store/store.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { createResultReports } from './report-results.ts'

const guid = 'session' as Guid
const json = JSON.stringify({ guid, end: 'cancelled', outcome: 'cancelled' })

/** Reports a row's result to somebody who takes nothing until they are told to; and at which seconds it was told. */
function startReports(refuse: () => Promise<void>) {
  const clock = createMovableClock(0)
  const told: number[] = []
  const row: { result: string | null; cannotBeRead: boolean } = { result: json, cannotBeRead: false }
  let answer = refuse
  const rows = {
    ending: {
      async first() {
        if (row.cannotBeRead) throw new Error('The disk is away.')
        return { state: 'ended', result: row.result, ending: null, link_generation: 0 }
      },
    },
    forgetResult: {
      async run(_: Connection, { result }: { readonly result: string }) {
        if (row.result !== result) return 0
        row.result = null
        return 1
      },
    },
  }
  const results: string[] = []
  const reports = createResultReports({
    store: { write: async (operation: () => unknown) => operation() } as unknown as Store,
    rows: rows as unknown as VaultRows,
    ...{ clock, log: createLog('silent'), onProgress: () => {} },
    onResult: ({ outcome }) => {
      told.push(clock.now() / 1000)
      results.push(outcome)
      return answer()
    },
  })
  return { clock, told, results, row, take: () => (answer = async () => {}), ...reports }
}

test('a result that is not taken is told again after a second, then less often, once a minute at least', async () => {
  const { clock, told, report, take } = startReports(() => Promise.reject(new Error('Not now.')))
  void report(guid)
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
  void report(guid)
  await clock.advance(24 * 3_600_000)
  const pauses = told.map((at, index) => at - (told[index - 1] ?? 0))
  assert.deepEqual(pauses.slice(1, 13), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
  assert.ok(pauses.slice(13).length > 15 && pauses.slice(13).every((pause) => pause === 3600))
})

test('nobody waits longer than a second for whoever takes results', async () => {
  const { clock, report, stop } = startReports(() => new Promise(() => {}))
  let waited = 0
  const wait = (work: Promise<void>) => void work.then(() => (waited += 1))
  wait(report(guid))
  wait(stop())
  await clock.advance(999)
  assert.equal(waited, 0)
  await clock.advance(1)
  assert.equal(waited, 2)
})

test('a try tells what the row says by then, and one that was taken meanwhile is not told', async () => {
  const { clock, results, row, report, take } = startReports(() => Promise.reject(new Error('Not now.')))
  void report(guid)
  await clock.advance(1_000)
  row.result = JSON.stringify({ guid, end: 'cancelled', outcome: 'approved', correction: 'reconciled' })
  await clock.advance(2_000)
  assert.deepEqual(results, ['cancelled', 'cancelled', 'approved'])
  row.result = null
  take()
  await clock.advance(3_600_000)
  assert.equal(results.length, 3)
})

test('a result that is overtaken while it is being taken leaves the newer one to be told', async () => {
  const taking = Promise.withResolvers<void>()
  const { clock, results, row, report, take } = startReports(() => taking.promise)
  void report(guid)
  await clock.advance(0)
  row.result = JSON.stringify({ guid, end: 'cancelled', outcome: 'approved', correction: 'reconciled' })
  void report(guid)
  take()
  taking.resolve()
  await clock.advance(3_600_000)
  assert.deepEqual(results, ['cancelled', 'approved'])
  assert.equal(row.result, null)
})

test('a row that cannot be read at the moment is read again', async () => {
  const { clock, told, row, report, take } = startReports(async () => {})
  take()
  row.cannotBeRead = true
  await report(guid)
  await clock.advance(2_999)
  assert.deepEqual(told, [])
  row.cannotBeRead = false
  await clock.advance(1)
  assert.deepEqual(told, [3])
  assert.equal(row.result, null)
})
