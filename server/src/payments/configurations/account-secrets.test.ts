import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { createSealer, NotSealedHere } from '../../base/seal.ts'
import { startPayments } from '../test-payments.ts'
import { createAccountSecrets } from './account-secrets.ts'

test('a secret is found by account and name, changes within a second elsewhere, and is of its account alone', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const elsewhere = createAccountSecrets({ store, sealer, clock })
  await payments.secrets.put(7, 'orders', 'first')
  assert.equal(await elsewhere.find(7, 'orders'), 'first')
  assert.equal(await elsewhere.find(8, 'orders'), undefined)
  await payments.secrets.put(7, 'orders', 'second')
  assert.equal(await payments.secrets.find(7, 'orders'), 'second')
  assert.equal(await elsewhere.find(7, 'orders'), 'first')
  await clock.advance(1000)
  assert.equal(await elsewhere.find(7, 'orders'), 'second')
  await payments.secrets.put(7, 'orders', 'third')
  clock.setBack(3_600_000)
  await clock.advance(1000)
  assert.equal(await elsewhere.find(7, 'orders'), 'third', 'also when the time of day is set back')
  assert.equal(await payments.secrets.remove(7, 'orders'), true)
  assert.equal(await payments.secrets.find(7, 'orders'), undefined)
  assert.equal(await payments.secrets.remove(7, 'orders'), false)
})

test('a sealed secret opens under no other name, in no other account and under no other key', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  await payments.secrets.put(7, 'orders', 'a secret')
  const move = store.prepare((db, p: { name: string; accountId: number }) =>
    db.updateTable('account_secret').set({ name: p.name, account_id: p.accountId }),
  )
  const sealer = (byte: number) => createSealer(Buffer.alloc(32, byte), systemRandom)
  const open = async (byte: number, accountId: number, name: string) =>
    createAccountSecrets({ store, clock, sealer: sealer(byte) }).find(accountId, name)
  assert.equal(await open(1, 7, 'orders'), 'a secret')
  await assert.rejects(open(2, 7, 'orders'), NotSealedHere)
  await store.write((tx) => move.run(tx, { name: 'orders', accountId: 8 }))
  await assert.rejects(open(1, 8, 'orders'), NotSealedHere)
  await store.write((tx) => move.run(tx, { name: 'other', accountId: 7 }))
  await assert.rejects(open(1, 7, 'other'), NotSealedHere)
})
