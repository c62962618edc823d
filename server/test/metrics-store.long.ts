import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../src/base/clock.ts'
import { failWrites } from '../src/store/test-failing-writes.ts'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { sampleOf, samplesIn, startMeteredTonegate } from './harness/test-metrics.ts'
import { databaseFor, startPostgres } from './harness/test-postgres.ts'

const region = 'nam'

test('a database that cannot be written shows at a scrape, and so does that it can be again', async (t) => {
  const clock = createMovableClock()
  const { scrape, post, token } = await startMeteredTonegate(t, { clock })
  const authorization = `Bearer ${await token()}`
  const order = { agentId: 'agent7', skipCallTransfer: true, paymentData: { Amount: '12.40' } }
  const open = async () => (await post('/globalpci/v1/session', order, { authorization })).status
  const seen = async (name: string) => sampleOf(samplesIn(await scrape()), `tonegate_${name}`, { region })
  assert.equal(await seen('store_available'), 1)

  const disk = failWrites(t)
  disk.fail('the disk is full')
  assert.equal(await open(), 503)
  assert.equal(await seen('store_available'), 0)
  assert.ok(((await seen('store_failures_total')) ?? 0) > 0)
  await clock.advance(1_000)
  assert.equal(await seen('ready'), 0)

  disk.heal()
  await clock.advance(1_000)
  assert.equal(await open(), 200)
  assert.equal(await seen('store_available'), 1)
  assert.equal(await seen('ready'), 1)
})

test('servers of a PostgreSQL database are counted, and their connections by whether they are there', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const folder = makeTestFolder('tonegate-metrics')
  const environment = { TONEGATE_STORE: await databaseFor(postgres.url, folder), TONEGATE_DATA: folder }
  const one = await startMeteredTonegate(t, { environment })
  const other = await startMeteredTonegate(t, { environment })
  const seen = async (name: string, labels = {}) =>
    sampleOf(samplesIn(await one.scrape()), `tonegate_${name}`, { region, ...labels })
  assert.equal(await seen('store_connections', { state: 'lost' }), 0)
  await eventually(async () => (await seen('nodes')) === 2)
  await other.close()
  await postgres.kill()
  await eventually(async () => (await seen('store_connections', { state: 'open' })) === 0)
  // What cannot be read is not told.
  await eventually(async () => (await seen('unknown_outcomes')) === undefined)
  assert.equal(await seen('ready'), 0)
  await postgres.start()
  await eventually(async () => (await seen('unknown_outcomes')) === 0)
})
