import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillDisk, keypadConfiguration, startPayments } from '../test-payments.ts'
import { createConfigurations } from './configurations.ts'

test('whoever changes a configuration hears when it could not be written, and it stays as it was', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  const makeRoom = fillDisk(t, store)
  const changed = { ...keypadConfiguration, name: 'Changed' }
  await assert.rejects(payments.configurations.put(7, changed), { name: 'StoreUnavailable' })
  makeRoom()
  await clock.advance(1000)
  assert.equal((await payments.configurations.find(7, 0))?.name, 'Keypad')
  await payments.configurations.put(7, changed)
  await clock.advance(1000)
  assert.equal((await payments.configurations.find(7, 0))?.name, 'Changed')
  assert.equal((await payments.configurations.find(8, 0))?.name, 'Keypad', 'of another account')
  assert.equal((await payments.configurations.find(7, 2))?.name, 'Keypad', 'another one of the account')
})

test('what another process has changed is in force within a second', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  const { find } = payments.configurations
  await find(7, 0)
  const changed = { ...keypadConfiguration, name: 'Changed' }
  await createConfigurations({ store, clock }).put(7, changed)
  await clock.advance(999)
  assert.equal((await find(7, 0))?.name, 'Keypad')
  await clock.advance(1)
  assert.equal((await find(7, 0))?.name, 'Changed')
})

test('it is also when the time of day is set back meanwhile', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  await payments.configurations.find(7, 0)
  await createConfigurations({ store, clock }).put(7, { ...keypadConfiguration, name: 'Changed' })
  clock.setBack(3_600_000)
  await clock.advance(1_000)
  assert.equal((await payments.configurations.find(7, 0))?.name, 'Changed')
})

test('the greatest id is one, and a greater one is of no configuration', async (t) => {
  const { payments } = await startPayments(t)
  const id = 2 ** 31 - 1
  await payments.configurations.put(7, { ...keypadConfiguration, id })
  assert.equal((await payments.configurations.find(7, id))?.id, id)
  assert.equal(await payments.configurations.find(7, id + 1), undefined)
})

test('it stays the same object until somebody changes it, and is not found once its row is gone', async (t) => {
  const { payments, store, clock } = await startPayments(t)
  const { find } = payments.configurations
  const before = await find(7, 0)
  await clock.advance(1000)
  assert.equal(await find(7, 0), before)
  await createConfigurations({ store, clock }).put(7, { ...keypadConfiguration, name: 'Changed' })
  await clock.advance(1000)
  assert.notEqual(await find(7, 0), before)
  const remove = store.prepare((db, _: object) => db.deleteFrom('account_configuration'))
  await store.write((tx) => remove.run(tx, {}))
  await clock.advance(1000)
  assert.equal(await find(7, 0), undefined)
  assert.equal(await find(7, 0), undefined)
})
