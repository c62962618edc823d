import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../../test/harness/test-folder.ts'
import { storedContents } from '../../../../test/harness/test-stored-content.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { systemRandom } from '../../../base/random.ts'
import { createSealer } from '../../../base/seal.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { createAccountGateways } from './account-gateways.ts'
import { createGatewayAccounts } from './gateway-accounts.ts'
import type { GatewayParts } from './gateway-kind.ts'
import { testKind } from './test-kind.ts'

const settings = { url: 'https://gateway.example.com', secret: 'a-credential-of-the-test' }
const never = () => Promise.reject(new Error('Nothing is sent here.'))

async function startGateways(t: TestContext) {
  const folder = makeTestFolder('tonegate-gateways')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  const sealer = createSealer(Buffer.alloc(32, 7), systemRandom)
  const made: unknown[] = []
  const logs = new Set<unknown>()
  const log = { warn: () => {} }
  const kind = {
    ...testKind,
    create(parts: GatewayParts<never>) {
      made.push(parts.settings)
      logs.add(parts.log)
      return testKind.create(parts)
    },
  }
  const askedOfShared: unknown[] = []
  const shared = {
    ...testKind.create({ settings: {} as never, send: never, sendInside: never, clock }),
    reconcile: async (about: unknown) => void askedOfShared.push(about),
  }
  const gateways = createAccountGateways({
    store,
    sealer,
    clock,
    kinds: { test: kind },
    plainHttp: 'refused',
    send: never,
    sendInside: never,
    shared: { sandbox: shared },
    log,
  })
  return {
    folder,
    store,
    clock,
    sealer,
    made,
    logs,
    log,
    askedOfShared,
    gateways,
    book: createGatewayAccounts({ store, sealer, clock }),
  }
}

test('a gateway belongs to one tenant, and is made once for what its settings say', async (t) => {
  const { book, gateways, made, clock } = await startGateways(t)
  assert.equal(await book.put(7, 'bank', 'test', settings), false)
  const found = await gateways.find(7, 'bank')
  assert.ok(found)
  assert.equal(await gateways.find(8, 'bank'), undefined)
  assert.equal(await gateways.find(7, 'other'), undefined)
  await clock.advance(5000)
  assert.equal(await gateways.find(7, 'bank'), found)
  assert.deepEqual(made, [settings])
})

test('a gateway is given the log, for what is refused to it', async (t) => {
  const { book, gateways, logs, log } = await startGateways(t)
  await book.put(7, 'bank', 'test', settings)
  await gateways.find(7, 'bank')
  assert.deepEqual([...logs], [log])
})

test('whoever asks at one time gets one gateway', async (t) => {
  const { book, gateways, made } = await startGateways(t)
  await book.put(7, 'bank', 'test', settings)
  const [first, second] = await Promise.all([gateways.find(7, 'bank'), gateways.find(7, 'bank')])
  assert.ok(first)
  assert.equal(second, first)
  assert.equal(made.length, 1)
})

test('what is put is in force within a second, and so is that it was removed', async (t) => {
  const { book, gateways, made, clock } = await startGateways(t)
  assert.equal(await gateways.find(7, 'bank'), undefined)
  await book.put(7, 'bank', 'test', settings)
  assert.equal(gateways.find(7, 'bank'), undefined, 'it is not read again yet')
  await clock.advance(1000)
  const first = await gateways.find(7, 'bank')
  assert.ok(first)
  assert.equal(await book.put(7, 'bank', 'test', { ...settings, live: true }), true)
  assert.equal(gateways.find(7, 'bank'), first, 'it is not read again yet')
  await clock.advance(1000)
  assert.notEqual(await gateways.find(7, 'bank'), first)
  assert.deepEqual(made, [settings, { ...settings, live: true }])
  assert.equal(await book.remove(7, 'bank'), true)
  assert.equal(await book.remove(7, 'bank'), false)
  clock.setBack(3_600_000)
  await clock.advance(1000)
  assert.equal(await gateways.find(7, 'bank'), undefined, 'also when the time of day is set back')
})

test('the same settings sealed anew are the same gateway', async (t) => {
  const { book, gateways, made, clock } = await startGateways(t)
  await book.put(7, 'bank', 'test', settings)
  const found = await gateways.find(7, 'bank')
  await book.put(7, 'bank', 'test', settings)
  await clock.advance(1000)
  assert.equal(await gateways.find(7, 'bank'), found)
  assert.equal(made.length, 1)
})

test('a shared gateway is every tenant’s, and no tenant’s own takes its name', async (t) => {
  const { book, gateways, askedOfShared, made } = await startGateways(t)
  await book.put(7, 'sandbox', 'test', settings)
  const found = await gateways.find(7, 'sandbox')
  assert.equal(await gateways.find(8, 'sandbox'), found)
  await found?.reconcile('a payment' as never)
  assert.deepEqual(askedOfShared, ['a payment'])
  assert.deepEqual(made, [], 'the tenant’s own is not made')
  assert.equal(await gateways.find(7, 'constructor'), undefined)
})

test('settings are on disk only sealed, for their own row', async (t) => {
  const { book, gateways, folder, store } = await startGateways(t)
  await book.put(7, 'bank', 'test', settings)
  await book.put(8, 'bank', 'test', { ...settings, secret: 'another-credential' })
  for (const { name, content } of await storedContents(folder)) {
    assert.ok(!content.includes('credential') && !content.includes('gateway.example.com'), name)
  }
  const swap = store.prepare((db, _: object) =>
    db
      .updateTable('gateway_account')
      .set(({ selectFrom }) => ({
        sealed_settings: selectFrom('gateway_account as other')
          .select('other.sealed_settings')
          .where('other.tenant_id', '=', 8),
      }))
      .where('tenant_id', '=', 7),
  )
  await store.write((tx) => swap.run(tx, {}))
  await assert.rejects(async () => gateways.find(7, 'bank'), { name: 'NotSealedHere' })
  assert.ok(await gateways.find(8, 'bank'))
})

test('a kind or settings of another version are no gateway, and the reason holds no setting', async (t) => {
  const { book, gateways } = await startGateways(t)
  await book.put(7, 'unknown', 'kind-of-tomorrow', settings)
  await book.put(7, 'wrong', 'test', { ...settings, colour: 'red' })
  await book.put(7, 'plain', 'test', { ...settings, url: 'http://gateway.example.com' })
  for (const name of ['unknown', 'wrong', 'plain']) {
    await assert.rejects(
      async () => gateways.find(7, name),
      (error: Error) => error.name === 'UnusableGateway' && !error.message.includes('credential'),
    )
  }
})
