import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../clock.ts'
import { createFailureTable } from './failure-table.ts'
import { createFailures, growingWait, withinWindow } from './failures.ts'

const minute = 60_000
const ofPeople = growingWait({ free: 5, first: 1000, longest: 15 * minute, quiet: 24 * 60 * minute })

function fail(failures: ReturnType<typeof createFailures>, key: string, times: number): void {
  for (let count = 0; count < times; count += 1) failures.record(key)
}

test('what is closed stays closed, however many other keys fail, and memory is bounded', () => {
  const failures = createFailures(createMovableClock(), ofPeople)
  fail(failures, 'the closed one', 7)
  fail(failures, 'nearly closed', 4)
  for (let other = 0; other < 200_000; other += 1) failures.record(`other ${other}`)
  assert.equal(failures.wait('the closed one'), 4)
  failures.record('nearly closed')
  assert.equal(failures.wait('nearly closed'), 1, 'four failures are not pushed out by one each')
  assert.ok(failures.size() <= 50_002, String(failures.size()))
})

test('what is closed stays closed when more is closed than memory holds, and so does what comes last', () => {
  const failures = createFailures(createMovableClock(), ofPeople)
  fail(failures, 'the first', 5)
  for (let other = 0; other < 200_000; other += 1) fail(failures, `other ${other}`, 5)
  for (const key of ['the first', 'other 0', 'other 49000', 'other 150000', 'other 199999']) {
    assert.ok(failures.wait(key) !== undefined, key)
  }
  assert.ok(failures.size() <= 50_000 + 50_000 + 4096, String(failures.size()))
})

test('a wait that is over leaves its failures counted, and they are forgotten by their rule alone', async () => {
  const clock = createMovableClock()
  const failures = createFailures(clock, ofPeople)
  fail(failures, 'the closed one', 6)
  await clock.advance(10 * minute)
  for (let other = 0; other < 100_000; other += 1) failures.record(`other ${other}`)
  assert.equal(failures.wait('the closed one'), undefined)
  failures.record('the closed one')
  assert.equal(failures.wait('the closed one'), 4)
  await clock.leap(24 * 60 * minute)
  failures.record('the closed one')
  assert.equal(failures.wait('the closed one'), undefined)
})

test('what has been forgotten makes room for what closes', async () => {
  const clock = createMovableClock()
  const failures = createFailures(clock, withinWindow(1, minute))
  for (let other = 0; other < 50_000; other += 1) failures.record(`other ${other}`)
  await clock.advance(minute)
  for (let other = 0; other < 50_000; other += 1) failures.record(`later ${other}`)
  assert.equal(failures.size(), 50_000)
  assert.equal(failures.wait('other 1'), undefined)
  assert.equal(failures.wait('later 49999'), 60)
})

test('of open keys those with the fewest failures go first, and of those the oldest', () => {
  const table = createFailureTable({ free: 5, isForgotten: () => false, maxOpen: 3, maxClosed: 1 })
  const put = (key: string, count: number) => table.put(key, { count, since: 0, last: 0 })
  put('two', 2)
  put('one', 1)
  put('another', 1)
  put('three', 3)
  assert.deepEqual(
    ['two', 'one', 'another', 'three'].map((key) => table.get(key)?.count),
    [2, undefined, 1, 3],
  )
  put('new', 1)
  assert.equal(table.get('another'), undefined)
  assert.equal(table.get('two')?.count, 2)
})

test('each failure is told, and a success where something failed before', () => {
  const told: (readonly [string, number | 'cleared'])[] = []
  const failures = createFailures(createMovableClock(), ofPeople, (key, each) => {
    told.push([key, each.change === 'failed' ? each.failures.count : 'cleared'])
  })
  failures.clear('one')
  fail(failures, 'one', 2)
  failures.clear('one')
  failures.clear('one')
  assert.deepEqual(told, [
    ['one', 1],
    ['one', 2],
    ['one', 'cleared'],
  ])
})
