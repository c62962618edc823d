import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer, type Sealer } from '../base/seal.ts'
import { personRules } from '../base/throttle/throttle-rules.ts'
import { createStoredThrottle } from './kept-throttle.ts'
import type { Store } from './store.ts'
import { openTestStore } from './test-store.ts'

const [oldKey, newKey] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)]

/** A store, and what processes make of it, after one another or beside one another. */
async function startStore(t: TestContext) {
  const folder = makeTestFolder('tonegate-throttle')
  t.after(() => rmSync(folder, { recursive: true }))
  const open = async () => {
    const store = await openTestStore(join(folder, 'nam.db'))
    t.after(() => store.close())
    return store
  }
  const store = await open()
  const clock = createMovableClock()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const write = t.mock.method(store, 'write')
  const count = store.prepare((db, _: object) =>
    db.selectFrom('throttled').selectAll().where('counted', '=', 'pair').where('failures', '>', 0),
  )

  async function startOn(store: Store, sealer = createSealer(oldKey, systemRandom)) {
    const parts = { store, clock, log, sealer, name: 'people', rules: personRules } as const
    const throttle = createStoredThrottle(parts)
    await throttle.load()
    t.after(throttle.close)
    return throttle
  }
  const start = (sealer?: Sealer) => startOn(store, sealer)
  /** Servers beside one another: a store that several may serve has them read what the others write. */
  const startTwo = async () =>
    [
      await startOn({ ...store, isShared: true }),
      await startOn({ ...(await open()), isShared: true }),
    ] as const
  const rows = async () => (await count.all(store.reader, {})).length
  return { store, clock, lines, write, start, startTwo, rows }
}

type Stored = Awaited<ReturnType<Awaited<ReturnType<typeof startStore>>['start']>>

function fail(throttle: Stored, times: number, address = '192.0.2.1'): void {
  for (let each = 0; each < times; each += 1) throttle.recordFailure(throttle.attempt('Ada', address))
}

test('nothing is written for who succeeds again and again', async (t) => {
  const { start, write } = await startStore(t)
  const throttle = await start()
  for (let each = 0; each < 100; each += 1) throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1'))
  await throttle.close()
  assert.equal(write.mock.callCount(), 1)
})

test('what is open after a restart has no failures for free again', async (t) => {
  const { start, clock } = await startStore(t)
  const throttle = await start()
  fail(throttle, 4)
  await throttle.close()
  const next = await start()
  fail(next, 1)
  await next.close()
  const attempt = next.attempt('Ada', '192.0.2.1')
  assert.equal(next.wait(attempt), 1)
  await clock.advance(1000)
  assert.equal((await start()).wait(attempt), undefined)
})

test('of several servers nobody has more guesses than of one, and what one has closed is closed at the other', async (t) => {
  const { startTwo, clock } = await startStore(t)
  const [one, other] = await startTwo()
  const attempt = one.attempt('Ada', '192.0.2.1')
  fail(one, 3)
  await one.idle()
  fail(other, 2)
  await other.idle()
  assert.equal(other.wait(attempt), 1, 'it is known with its own failure')
  assert.equal(one.wait(attempt), undefined)
  await clock.advance(1000)
  fail(one, 1)
  fail(other, 1)
  await Promise.all([one.idle(), other.idle()])
  await clock.advance(900)
  assert.deepEqual([one.wait(attempt), other.wait(attempt)], [4, 4])
})

test('failures that are counted at several servers at once are all counted', async (t) => {
  const { startTwo, start } = await startStore(t)
  const nodes = await startTwo()
  for (let each = 0; each < 10; each += 1) {
    for (const node of nodes) fail(node, 1, '192.0.2.7')
    if (each % 3 === 0) await nodes[each % 2]?.idle()
  }
  await Promise.all(nodes.map(({ idle }) => idle()))
  const counted = await start()
  assert.equal(counted.wait(counted.attempt('Ada', '192.0.2.7')), 15 * 60)
})

test('who succeeds at one server is not held up at another for what was wrong before', async (t) => {
  const { startTwo, clock } = await startStore(t)
  const [one, other] = await startTwo()
  const attempt = one.attempt('Ada', '192.0.2.1')
  fail(one, 4)
  await one.idle()
  await clock.advance(900)
  other.recordSuccess(attempt)
  await other.idle()
  await clock.advance(900)
  fail(one, 1)
  await one.idle()
  assert.equal(one.wait(attempt), undefined)
})

test('a success at one server takes nothing back that it has not known', async (t) => {
  const { startTwo, clock } = await startStore(t)
  const [one, other] = await startTwo()
  const attempt = one.attempt('Ada', '192.0.2.1')
  fail(one, 4)
  await one.idle()
  await clock.advance(950)
  fail(one, 1)
  await one.idle()
  other.recordSuccess(attempt)
  await other.idle()
  await clock.advance(900)
  assert.equal(one.wait(attempt), 1)
  assert.equal(other.wait(attempt), 1)
})

test('whom one server knows another one knows within a second', async (t) => {
  const { startTwo, clock } = await startStore(t)
  const [one, other] = await startTwo()
  one.recordSuccess(one.attempt('Ada', '192.0.2.1', { program: 'desk' }))
  await one.idle()
  await clock.advance(900)
  for (let network = 0; network < 20; network += 1) fail(other, 1, `203.0.113.${network}`)
  assert.ok(other.wait(other.attempt('Ada', '203.0.113.99')) !== undefined)
  assert.equal(other.wait(other.attempt('Ada', '203.0.113.99', { program: 'desk' })), undefined)
})

test('what closes at once is written in few transactions, and the waits go on where they were', async (t) => {
  const { start, write, rows, clock } = await startStore(t)
  const throttle = await start()
  for (let network = 0; network < 100; network += 1) fail(throttle, 5, `198.51.100.${network}`)
  await throttle.close()
  assert.ok(write.mock.callCount() <= 3, String(write.mock.callCount()))
  assert.equal(await rows(), 100)
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
