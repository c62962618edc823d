import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flow } from '../vault/model/launch.ts'
import { previewResult } from './results/preview-result.ts'
import { keypadConfiguration, startPayments } from './test-payments.ts'

const doors = ['/globalpci/v1/session', '/globalpci/v1/digitalsession'] as const
const path = '/paymentData/Amount'

/** What is no amount of money, and the member that the refusal names. */
const noAmounts: readonly (readonly [object, string])[] = [
  [{}, path],
  [{ Currency: 'GBP' }, path],
  [{ Amount: null }, path],
  [{ Amount: '' }, path],
  [{ Amount: '  ' }, path],
  [{ amount: '' }, '/paymentData/amount'],
  [{ AMOUNT: null }, '/paymentData/AMOUNT'],
  [{ Ammount: '12.40' }, path],
  [{ TotalAmount: '12.40' }, path],
  [{ Amount: '0' }, path],
  [{ Amount: 0 }, path],
  [{ Amount: '0.00' }, path],
  [{ Amount: '€0', Currency: 'EUR' }, path],
  [{ Amount: '-5' }, path],
  [{ Amount: -5 }, path],
  [{ Amount: 'NaN' }, path],
  [{ Amount: true }, path],
  [{ Amount: false }, path],
  [{ Amount: 'null' }, path],
  [{ Amount: '0.001' }, path],
  [{ Amount: '12.40', amount: '12.40' }, '/paymentData/amount'],
  [{ Amount: '12.40', AMOUNT: '' }, '/paymentData/AMOUNT'],
]

for (const purpose of ['charge', 'authorise'] as const) {
  test(`without a positive amount nothing is opened where a configuration's purpose is ${purpose}`, async (t) => {
    const { post, payments, launches, sessions } = await startPayments(t)
    await payments.configurations.put(7, withPurpose(purpose))
    for (const url of doors) {
      for (const [index, [paymentData, named]] of noAmounts.entries()) {
        for (const headers of [{}, { 'idempotency-key': `${url} ${index}` }]) {
          const answer = await post({ agentId: 'a', paymentData, skipCallTransfer: true }, { url, headers })
          const what = `${url} ${JSON.stringify(paymentData)}`
          assert.equal(answer.statusCode, 400, what)
          const [{ path, message }] = answer.json().errors
          assert.equal(path, named, what)
          assert.ok(answer.json().detail.includes(`${named} ${message}`), what)
        }
      }
    }
    assert.equal(launches.length, 0)
    assert.equal(await sessions(), 0)
  })
}

test('a refusal says what to send, and which member may have been meant', async (t) => {
  const { post } = await startPayments(t)
  const messageTo = async (paymentData: object) =>
    (await post({ agentId: 'a', paymentData, skipCallTransfer: true })).json().errors[0].message
  const missing = 'is missing: a payment must have a positive amount, such as 12.40'
  assert.equal(await messageTo({}), missing)
  assert.equal(await messageTo({ Amount: '' }), missing)
  assert.equal(await messageTo({ Currency: 'JPY' }), missing.replace('12.40', '1240'))
  for (const name of ['Ammount', 'TotalAmount', 'Amount ', 'amount_due']) {
    assert.equal(
      await messageTo({ [name]: '12.40' }),
      `${missing} (${name} was sent, but is not a known name)`,
    )
  }
  assert.equal(await messageTo({ Amount: '0' }), 'is not a positive amount')
})

test('a configuration that an older version wrote without a purpose takes money', async (t) => {
  const { post, payments, store, sessions } = await startPayments(t)
  const { purpose: _, ...flow } = keypadConfiguration.flow
  await payments.configurations.put(7, { ...keypadConfiguration, id: 4, flow: flow as Flow })
  const written = store.prepare((db, _: object) =>
    db.selectFrom('account_configuration').select('settings').where('id', '=', 4),
  )
  const { settings = '' } = (await written.first(store.reader, {})) ?? {}
  assert.doesNotMatch(settings, /purpose/)
  const answer = await post({
    agentId: 'a',
    paymentData: {},
    accountConfigurationId: 4,
    skipCallTransfer: true,
  })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().errors[0].path, path)
  assert.equal(await sessions(), 0)
})

for (const purpose of ['verify', 'tokenise'] as const) {
  test(`where a configuration's purpose is ${purpose} no amount is needed, and one that is sent is not charged`, async (t) => {
    const { open, post, payments, launches } = await startPayments(t)
    await payments.configurations.put(7, withPurpose(purpose))
    const taken = [
      {},
      { Amount: null },
      { Amount: ' ' },
      { Amount: '0.00' },
      { Amount: 0 },
      { amount: '12.40' },
    ]
    for (const url of doors) for (const paymentData of taken) await open({ paymentData }, url)
    assert.equal(launches.length, doors.length * taken.length)
    for (const { order } of launches) assert.deepEqual(order, { amountMinor: 0, currency: 'GBP' })
    for (const Amount of ['-5', 'NaN', 'twelve', true, '€5']) {
      const answer = await post({ agentId: 'a', paymentData: { Amount }, skipCallTransfer: true })
      assert.equal(answer.statusCode, 400, String(Amount))
      assert.equal(answer.json().errors[0].path, path)
    }
    const unknown = await post({ agentId: 'a', paymentData: { Currency: 'XXX' }, skipCallTransfer: true })
    assert.equal(unknown.json().errors[0].path, '/paymentData/Currency')
  })
}

test('a preview wants the amount that a payment would', () => {
  const preview = (purpose: Flow['purpose'], paymentData: Readonly<Record<string, string | null>>) =>
    previewResult(withPurpose(purpose), { outcome: 'approved', paymentData }).Amount
  for (const paymentData of [{}, { Ammount: '12.40' }, { Amount: '0' }]) {
    for (const purpose of ['charge', 'authorise'] as const) {
      assert.throws(() => preview(purpose, paymentData), /\/paymentData\/Amount is/)
    }
  }
  assert.equal(preview('charge', { Amount: '12.40' }), '1240')
  assert.equal(preview('verify', {}), '0')
  assert.equal(preview('tokenise', { Amount: '12.40' }), '0')
})

const withPurpose = (purpose: Flow['purpose']) => ({
  ...keypadConfiguration,
  flow: { ...keypadConfiguration.flow, purpose },
})
