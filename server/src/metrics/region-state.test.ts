import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import type { Connection } from '../store/store.ts'
import { openTestStore } from '../store/test-store.ts'
import { createReadRegion } from './region-state.ts'

async function startRegion(t: TestContext) {
  const folder = makeTestFolder('tonegate-region-state')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  let statements = 0
  const database: { execute?: Connection['execute'] } = {}
  const reader: Connection = {
    execute(...asked) {
      statements += 1
      return (database.execute ?? store.reader.execute.bind(store.reader))(...asked)
    },
  }
  const states = { ready: async (): Promise<void> => {} }
  const read = createReadRegion('nam', {
    ...{ store: { prepare: store.prepare, reader }, clock, nodes: () => 1 },
    ready: () => states.ready(),
  })
  return { clock, read, database, states, statements: () => statements }
}

test('whoever scrapes often has the database read no more than every five seconds', async (t) => {
  const { clock, read, statements } = await startRegion(t)
  assert.equal((await read()).stored?.unknownOutcomes, 0)
  const once = statements()
  for (let scrape = 0; scrape < 10; scrape += 1) await read()
  assert.equal(statements(), once)
  await clock.advance(5_000)
  await read()
  assert.equal(statements(), 2 * once)
})

test('a scrape does not wait for a database that does not answer, or fails: then it shows nothing of it', async (t) => {
  const { clock, read, database, states } = await startRegion(t)
  database.execute = () => new Promise(() => {})
  states.ready = () => new Promise(() => {})
  const reading = read()
  await clock.advance(2_000)
  const { stored, isReady } = await reading
  assert.deepEqual({ stored, isReady }, { stored: undefined, isReady: false })

  database.execute = () => Promise.reject(new Error('it is damaged'))
  states.ready = () => Promise.reject(new Error('it is damaged'))
  await clock.advance(5_000)
  assert.equal((await read()).stored, undefined)
})
