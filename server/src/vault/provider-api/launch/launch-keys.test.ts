import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { systemRandom } from '../../../base/random.ts'
import { createSealer } from '../../../base/seal.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { createProviderClients } from '../provider-clients.ts'
import { createLaunchKeys, launchKey } from './launch-keys.ts'

const day = 24 * 3_600_000
const path = '/api/v1/session/7/launch'
const body = { FlowId: 1 }

async function startKeys(t: TestContext) {
  const folder = makeTestFolder('tonegate-keys')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  const clients = createProviderClients({ store, clock, random: systemRandom })
  for (const clientId of ['desk', 'shop']) {
    await clients.create({ clientId, tenant: 7, tenantName: 'Harbour', username: 'ada' })
  }
  const [former, current] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const keysBy = (sealer = createSealer(former, systemRandom)) => createLaunchKeys({ store, sealer, clock })
  const keys = keysBy()
  return {
    store,
    clock,
    keys,
    clients,
    removeOld: (batchRows = 10) => store.write((tx) => keys.removeOld(tx, { now: clock.now(), batchRows })),
    rotated: () => keysBy(createSealer(current, systemRandom, [former])),
    keep: (clientId: string, key: string, answer: object) =>
      store.write((tx) => keys.keep(tx, { clientId, key, path, body }, answer)),
  }
}

test('a key is its client’s own', async (t) => {
  const { keys, keep } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  await keep('shop', 'k', { Id: 'two' })
  assert.deepEqual(await keys.find('desk', 'k', path, body), { Id: 'one' })
  assert.deepEqual(await keys.find('shop', 'k', path, body), { Id: 'two' })
  assert.equal(await keys.find('desk', 'another', path, body), undefined)
  assert.equal(await keys.findOrCallOff('shop', 'k'), 'two')
})

test('a key is answered alike for a day, with the same path and body alone', async (t) => {
  const { keys, keep, clock } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  for (const [otherPath, otherBody] of [
    [path, { FlowId: 2 }],
    ['/api/v1/session/8/launch', body],
  ] as const) {
    await assert.rejects(keys.find('desk', 'k', otherPath, otherBody), { code: 'idempotency-mismatch' })
  }
  await clock.leap(day - 1)
  assert.deepEqual(await keys.find('desk', 'k', path, body), { Id: 'one' })
  await clock.leap(1)
  assert.equal(await keys.find('desk', 'k', path, body), undefined)
  await keep('desk', 'k', { Id: 'again' })
  assert.deepEqual(await keys.find('desk', 'k', path, body), { Id: 'again' })
})

test('a launch that was called off before it came is refused for a week, whoever else has that key', async (t) => {
  const { keys, keep, clock, removeOld } = await startKeys(t)
  assert.equal(await keys.findOrCallOff('desk', 'k'), undefined)
  assert.equal(await keys.findOrCallOff('desk', 'k'), undefined)
  await assert.rejects(keys.find('desk', 'k', path, body), { code: 'session-ended' })
  await keep('shop', 'k', { Id: 'two' })
  assert.deepEqual(await keys.find('shop', 'k', path, body), { Id: 'two' })
  await clock.leap(7 * day - 1)
  assert.equal(await removeOld(), 0)
  await assert.rejects(keys.find('desk', 'k', path, body), { code: 'session-ended' })
  assert.equal(await keys.findOrCallOff('shop', 'k'), 'two', 'what was launched can be called off as long')
  await clock.leap(1)
  assert.equal(await removeOld(), 2)
  assert.equal(await keys.find('desk', 'k', path, body), undefined)
})

test('after a rotation of the sealing key the same request is known for the same', async (t) => {
  const { keep, rotated } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  assert.deepEqual(await rotated().find('desk', 'k', path, body), { Id: 'one' })
  await assert.rejects(rotated().find('desk', 'k', path, {}), { code: 'idempotency-mismatch' })
})

test('a key has 1 to 255 printable characters, and holds no card number', () => {
  assert.equal(launchKey(undefined), undefined)
  assert.equal(launchKey(' k '), 'k')
  assert.equal(launchKey('k'.repeat(255))?.length, 255)
  for (const value of ['', ' ', 'k'.repeat(256), 'é', 'a\tb', ['a', 'b']]) {
    assert.throws(() => launchKey(value), { code: 'invalid-request' }, String(value))
  }
  assert.throws(() => launchKey('4111 1111 1111 1111'), { code: 'card-data-refused' })
})

test('after a rotation the former secret is good for a day, unless it was ended', async (t) => {
  const { clients, clock } = await startKeys(t)
  const made = await clients.create({ clientId: 'pad', tenant: 7, tenantName: 'Harbour', username: 'ada' })
  assert.ok(made !== 'taken')
  const as = async (clientSecret: string) => {
    const who = await clients.authenticate({
      clientId: 'pad',
      clientSecret,
      tenantName: 'Harbour',
      username: 'ada',
    })
    return typeof who === 'string' ? who : who.clientId
  }
  const second = (await clients.rotateSecret('pad', 'for-a-day')) ?? ''
  await clock.leap(day - 1)
  assert.deepEqual([await as(made.clientSecret), await as(second)], ['pad', 'pad'])
  await clock.leap(1)
  assert.deepEqual([await as(made.clientSecret), await as(second)], ['invalid_client_key', 'pad'])
  const third = (await clients.rotateSecret('pad', 'ends')) ?? ''
  assert.deepEqual([await as(second), await as(third)], ['invalid_client_key', 'pad'])
})
