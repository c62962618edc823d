import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../../test/harness/test-folder.ts'
import { until } from '../../../../test/harness/test-until.ts'
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
  const open = () => openTestStore(join(folder, 'nam.db'))
  const [store, otherStore] = [await open(), await open()]
  t.after(async () => {
    await store.close()
    await otherStore.close()
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
  const sealer = createSealer(former, systemRandom)
  const other = createLaunchKeys({ store: otherStore, sealer, clock })
  return {
    store,
    clock,
    keys,
    other,
    clients,
    removeOld: (batchRows = 10) => store.write((tx) => keys.removeOld(tx, { now: clock.now(), batchRows })),
    rotated: () => keysBy(createSealer(current, systemRandom, [former])),
    async keep(clientId: string, key: string, answer: object): Promise<void> {
      const taken = await keys.take({ clientId, key, path, body })
      assert.ok('claim' in taken)
      await store.write((tx) => keys.keep(tx, taken.claim, answer))
    },
    find: (clientId: string, key: string, launch: object = {}, by = keys) =>
      find(by, { clientId, key, path, body, ...launch }),
  }
}

/** The answer of a key, `undefined` where there is none. */
async function find(keys: ReturnType<typeof createLaunchKeys>, launch: Parameters<typeof keys.take>[0]) {
  const taken = await keys.take(launch)
  if ('answer' in taken) return taken.answer
  await keys.release(taken.claim)
  return undefined
}

test('a key is its client’s own', async (t) => {
  const { keys, keep, find } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  await keep('shop', 'k', { Id: 'two' })
  assert.deepEqual(await find('desk', 'k'), { Id: 'one' })
  assert.deepEqual(await find('shop', 'k'), { Id: 'two' })
  assert.equal(await find('desk', 'another'), undefined)
  assert.equal(await keys.findOrCallOff('shop', 'k'), 'two')
})

test('a key is answered alike for a day, with the same path and body alone', async (t) => {
  const { find, keep, clock } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  for (const [otherPath, otherBody] of [
    [path, { FlowId: 2 }],
    ['/api/v1/session/8/launch', body],
  ] as const) {
    await assert.rejects(find('desk', 'k', { path: otherPath, body: otherBody }), {
      code: 'idempotency-mismatch',
    })
  }
  await clock.leap(day - 1)
  assert.deepEqual(await find('desk', 'k'), { Id: 'one' })
  await clock.leap(1)
  assert.equal(await find('desk', 'k'), undefined)
  await keep('desk', 'k', { Id: 'again' })
  assert.deepEqual(await find('desk', 'k'), { Id: 'again' })
})

test('a launch that was called off before it came is refused for a week, whoever else has that key', async (t) => {
  const { keys, find, keep, clock, removeOld } = await startKeys(t)
  assert.equal(await keys.findOrCallOff('desk', 'k'), undefined)
  assert.equal(await keys.findOrCallOff('desk', 'k'), undefined)
  await assert.rejects(find('desk', 'k'), { code: 'session-ended' })
  await keep('shop', 'k', { Id: 'two' })
  assert.deepEqual(await find('shop', 'k'), { Id: 'two' })
  await clock.leap(7 * day - 1)
  assert.equal(await removeOld(), 0)
  await assert.rejects(find('desk', 'k'), { code: 'session-ended' })
  assert.equal(await keys.findOrCallOff('shop', 'k'), 'two', 'what was launched can be called off as long')
  await clock.leap(1)
  assert.equal(await removeOld(), 2)
  assert.equal(await find('desk', 'k'), undefined)
})

test('of two servers that are asked at once one launches, and the other answers as it does', async (t) => {
  const { store, clock, keys, other } = await startKeys(t)
  const launch = { clientId: 'desk', key: 'k', path, body }
  let answered = 0
  const asked = [keys, other].map(async (each) => {
    const taken = await each.take(launch)
    if ('claim' in taken) {
      await clock.advance(1_000)
      await store.write((tx) => keys.keep(tx, taken.claim, { Id: 'one' }))
    }
    answered += 1
    return taken
  })
  await Promise.race(asked)
  await until(async () => {
    await clock.advance(1_000)
    return answered === asked.length
  })
  const taken = await Promise.all(asked)
  assert.equal(taken.filter((each) => 'claim' in each).length, 1)
  assert.deepEqual(
    taken.filter((each) => 'answer' in each),
    [{ answer: { Id: 'one' } }],
  )
})

test('a launch whose server has died is begun by another after half a minute, and what is late of it is refused', async (t) => {
  const { store, clock, keys, other } = await startKeys(t)
  const launch = { clientId: 'desk', key: 'k', path, body }
  const dead = await keys.take(launch)
  const waiting = other.take(launch)
  await clock.advance(29_000)
  await assert.rejects(other.take({ ...launch, body: {} }), { code: 'idempotency-mismatch' })
  await clock.advance(2_000)
  const alive = await waiting
  assert.ok('claim' in dead && 'claim' in alive)
  await assert.rejects(
    store.write((tx) => keys.keep(tx, dead.claim, { Id: 'one' })),
    { code: 'session-ended' },
  )
  await store.write((tx) => other.keep(tx, alive.claim, { Id: 'two' }))
  assert.equal(await keys.findOrCallOff('desk', 'k'), 'two')
})

test('a launch that is called off at another server while it is under way is none', async (t) => {
  const { store, keys, other } = await startKeys(t)
  const launch = { clientId: 'desk', key: 'k', path, body }
  const taken = await keys.take(launch)
  assert.ok('claim' in taken)
  assert.equal(await other.findOrCallOff('desk', 'k'), undefined)
  await assert.rejects(
    store.write((tx) => keys.keep(tx, taken.claim, { Id: 'one' })),
    { code: 'session-ended' },
  )
  await keys.release(taken.claim)
  await assert.rejects(keys.take(launch), { code: 'session-ended' })
})

test('after a rotation of the sealing key the same request is known for the same', async (t) => {
  const { find, keep, rotated } = await startKeys(t)
  await keep('desk', 'k', { Id: 'one' })
  assert.deepEqual(await find('desk', 'k', {}, rotated()), { Id: 'one' })
  await assert.rejects(find('desk', 'k', { body: {} }, rotated()), { code: 'idempotency-mismatch' })
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
