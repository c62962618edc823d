import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { personRules } from '../base/throttle/throttle-rules.ts'
import { createStoredThrottle } from './kept-throttle.ts'
import { openTestStore } from './test-store.ts'

const [oldKey, newKey] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)]

/** A store, and what each process after another makes of it. */
async function startStore(t: TestContext) {
  const folder = makeTestFolder('tonegate-throttle')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const write = t.mock.method(store, 'write')
  const count = store.prepare((db, _: object) => db.selectFrom('throttled').selectAll())

  async function start(sealer = createSealer(oldKey, systemRandom)) {
    const parts = { store, clock, log, sealer, name: 'people', rules: personRules } as const
    const throttle = createStoredThrottle(parts)
    await throttle.load()
    return throttle
  }
  const rows = async () => (await count.all(store.reader, {})).length
  return { store, clock, lines, write, start, rows }
}

type Stored = Awaited<ReturnType<Awaited<ReturnType<typeof startStore>>['start']>>

function fail(throttle: Stored, times: number, address = '192.0.2.1'): void {
  for (let each = 0; each < times; each += 1) throttle.recordFailure(throttle.attempt('Ada', address))
}

test('nothing is written for what is open, and nothing for what succeeds again', async (t) => {
  const { start, write } = await startStore(t)
  const throttle = await start()
  fail(throttle, 4)
  await throttle.close()
  assert.equal(write.mock.callCount(), 0)
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1'))
  await throttle.close()
  assert.equal(write.mock.callCount(), 1)
  for (let each = 0; each < 100; each += 1) throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1'))
  await throttle.close()
  assert.equal(write.mock.callCount(), 1)
})

test('what closes at once is written in few transactions, and the waits go on where they were', async (t) => {
  const { start, write, rows, clock } = await startStore(t)
  const throttle = await start()
  for (let network = 0; network < 100; network += 1) fail(throttle, 5, `198.51.100.${network}`)
  await throttle.close()
  assert.ok(write.mock.callCount() <= 2, String(write.mock.callCount()))
  assert.equal(await rows(), 101)
  const next = await start()
  const attempt = next.attempt('Ada', '198.51.100.7')
  assert.equal(next.wait(attempt), throttle.wait(attempt))
  await clock.advance(1000)
  fail(next, 1, '198.51.100.7')
  assert.equal(next.wait(attempt), 2)
})

test('a success takes back what was closed, and what is forgotten leaves no row', async (t) => {
  const { start, rows, clock } = await startStore(t)
  const throttle = await start()
  fail(throttle, 5)
  fail(throttle, 5, '192.0.2.2')
  await throttle.close()
  assert.equal(await rows(), 2)
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1'))
  await throttle.close()
  assert.equal(await rows(), 1)
  await clock.leap(24 * 3_600_000)
  fail(throttle, 5, '192.0.2.3')
  await throttle.close()
  assert.equal(await rows(), 1)
})

test('who was known is known after the sealing key was rotated', async (t) => {
  const { start } = await startStore(t)
  const throttle = await start()
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1', { program: 'desk' }))
  await throttle.close()
  const next = await start(createSealer(newKey, systemRandom, [oldKey]))
  fail(next, 5, '198.51.100.7')
  for (let network = 0; network < 20; network += 1) fail(next, 1, `203.0.113.${network}`)
  assert.ok(next.wait(next.attempt('Ada', '203.0.113.99')) !== undefined)
  assert.equal(next.wait(next.attempt('Ada', '203.0.113.99', { program: 'desk' })), undefined)
  assert.equal(next.wait(next.attempt('Ada', '192.0.2.1')), undefined)
})

test('a disk that fails is told to the log, and guesses wait all the same', async (t) => {
  const { start, write, lines } = await startStore(t)
  const throttle = await start()
  write.mock.mockImplementation(async () => {
    throw new Error('disk full')
  })
  fail(throttle, 5)
  await throttle.close()
  assert.equal(throttle.wait(throttle.attempt('Ada', '192.0.2.1')), 1)
  assert.ok(lines.join('').includes('disk full'))
  write.mock.restore()
  fail(throttle, 1)
  await throttle.close()
  assert.equal((await start()).wait(throttle.attempt('Ada', '192.0.2.1')), 2)
})
