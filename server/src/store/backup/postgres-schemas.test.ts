import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { joinNodes } from '../nodes/join-nodes.ts'
import { openPostgres } from '../postgres.ts'
import { holdSchema } from './postgres-schemas.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

test('a server that comes while a schema is held waits, and then works on the one that took its place', async () => {
  const place = { url: `${postgres.url}/postgres`, schema: 'nam' }
  for (const schema of ['nam', 'other']) await (await openPostgres({ ...place, schema })).close()
  const held = await holdSchema(place)
  assert.deepEqual(held.found, { isHeld: false, isThere: true, hasAccounts: false, nodes: [] })
  const store = await openPostgres(place)
  const joining = joinNodes(store, { clock: createMovableClock(), log: createLog('silent') })
  await eventually(async () => {
    const waiting = await query(place.url, 'SELECT 1 FROM pg_locks WHERE NOT granted')
    return waiting.rows.length > 0
  })
  assert.equal(await held.replaceBy('other', 'nam_before'), 'nam_before')
  const nodes = await joining
  const joined = async (schema: string) =>
    (await query(place.url, `SELECT 1 FROM ${schema}.node`)).rows.length
  assert.deepEqual([await joined('nam'), await joined('nam_before')], [1, 0])
  await held.release()

  const again = await holdSchema(place)
  assert.match(again.found.nodes.join(), /^process \d+ on /)
  await again.release()
  await nodes.leave()
  await store.close()
})

test('a schema is held by one at a time, whether it is there or not', async () => {
  const place = { url: `${postgres.url}/postgres`, schema: 'apac' }
  const isHeldBy = async (use: (held: Awaited<ReturnType<typeof holdSchema>>) => Promise<unknown>) => {
    const held = await holdSchema(place)
    await use(held)
    await held.release()
    return held.found.isHeld
  }
  const isHeld = () => isHeldBy(async () => {})
  assert.equal(await isHeldBy(async () => assert.equal(await isHeld(), true)), false)
  await (await openPostgres(place)).close()
  assert.equal(await isHeldBy(async () => assert.equal(await isHeld(), true)), false)
  assert.equal(await isHeld(), false)
})

test('a schema that is set aside takes the name of no other one', async () => {
  const place = { url: `${postgres.url}/postgres`, schema: 'emea' }
  const setAside = async (schema: string) => {
    await (await openPostgres({ ...place, schema })).close()
    const held = await holdSchema(place)
    const former = await held.replaceBy(schema, 'emea_before')
    await held.release()
    return former
  }
  const former = []
  for (const schema of ['first', 'second', 'third', 'fourth']) former.push(await setAside(schema))
  assert.deepEqual(former, [null, 'emea_before', 'emea_before_2', 'emea_before_3'])
  const held = await holdSchema(place)
  assert.equal(await held.markMoved('elsewhere', 'emea_before'), 'emea_before_4')
  await held.release()
})
