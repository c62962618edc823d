import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import { callbackTo, startProviderApi, startReceiver, testFlow } from '../test-provider-api.ts'
import { readItems } from './order-items.ts'
import type { ProviderFlow } from './provider-flow.ts'

const initialValues = {
  total: '12.40',
  currencyCode: 'GBP',
  Amount_1: '10.00',
  ChargeReference_1: 'XA-1',
  Name1_1: 'Ann',
  Amount_2: '2.40',
  ChargeReference_2: 'XA-2',
  Name1_2: 'Bob',
}

const flowTo = (
  url: string,
  callback: Partial<NonNullable<ProviderFlow['callback']>> = {},
): ProviderFlow => ({
  ...testFlow,
  initialValues: {
    amounts: 'major',
    amount: { member: 'total' },
    currency: { member: 'currencyCode' },
    reference: { fixed: 'TAX' },
    items: { amount: { member: 'Amount_{n}' }, reference: { member: 'ChargeReference_{n}' } },
  },
  callback: {
    ...callbackTo(url),
    each: 'item',
    amounts: 'major',
    format: 'json',
    template:
      '{"Amount": {{itemAmount}}, "Minor": {{itemAmountMinor}}, "Number": "{{itemNumber}} of {{itemCount}}",' +
      '"ChargeReference": "{{itemReference}}", "Name": "{{item.Name1}}", "Total": "{{orderAmount}}",' +
      '"TransactionReference": "{{orderReference}}", "Status": "{{transactionResult}}"}',
    ...callback,
  },
})

const said = (bodies: readonly { readonly body: string }[]) =>
  bodies.map(({ body }) => JSON.parse(body)).sort((one, other) => (one.Number < other.Number ? -1 : 1))

test('each item of a session has a callback of its own, with its amount and what was sent along for it', async (t) => {
  const receiver = await startReceiver(t)
  const { launched, callbackRows } = await startProviderApi(t, { flow: flowTo(receiver.url) })
  const { session } = await launched({ FlowId: 695, InitialValues: initialValues })
  await session?.cancel()
  const rest = { Total: '12.40', TransactionReference: 'TAX', Status: 'CANCELLED' }
  assert.deepEqual(said(await receiver.requests(2)), [
    { Amount: 10, Minor: 1000, Number: '1 of 2', ChargeReference: 'XA-1', Name: 'Ann', ...rest },
    { Amount: 2.4, Minor: 240, Number: '2 of 2', ChargeReference: 'XA-2', Name: 'Bob', ...rest },
  ])
  await until(async () => (await callbackRows()).length === 0)
})

test('an item that was not taken is sent again by itself, also by the next process', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answers(500, 200)
  const started = await startProviderApi(t, { flow: flowTo(receiver.url) })
  const { launched, callbackRows, clock, restart } = started
  const { session } = await launched({ FlowId: 695, InitialValues: initialValues })
  await session?.cancel()
  const first = [...(await receiver.requests(2))]
  await until(async () => (await callbackRows()).length <= 1)
  const failed = JSON.parse(first[0]?.body ?? '{}')
  await restart()
  await clock.advance(10_000)
  const again = await receiver.requests(3)
  assert.deepEqual(JSON.parse(again[2]?.body ?? '{}'), failed)
})

test('amounts of items that do not add up to the amount are refused, and so is a launch without an item', async (t) => {
  const { launchRequest } = await startProviderApi(t, { flow: flowTo('http://127.0.0.1:1/') })
  const refusal = async (changes: Readonly<Record<string, string | null>>) => {
    const answer = await launchRequest({ FlowId: 695, InitialValues: { ...initialValues, ...changes } })
    return [answer.statusCode, answer.body.trim()]
  }
  assert.deepEqual(await refusal({ Amount_2: '2.41' }), [
    400,
    'The item amounts do not add up to the total amount.',
  ])
  assert.deepEqual(await refusal({ Amount_2: '' }), [
    400,
    'The item amounts do not add up to the total amount.',
  ])
  assert.deepEqual(await refusal({ Amount_1: null, Amount_2: '' }), [
    400,
    'InitialValues.Amount_1 is missing.',
  ])
  const [status, text] = await refusal({ Amount_2: 'much' })
  assert.equal(status, 400)
  assert.match(String(text), /^InitialValues\.Amount_2 /)
  assert.deepEqual(await refusal({ amount_2: '2.40' }), [400, 'Amount_2 was sent twice, in two spellings.'])
})

test('items are numbered at the end of a name or within it, in any case, from whatever number', () => {
  const order = { amountMinor: 1240, currency: 'GBP' }
  const items = (member: string, values: Readonly<Record<string, string>>) =>
    readItems({ amount: { member } }, 'minor', order, { initialValues: values, numbers: {} }).map(
      ({ number, values: own }) => [number, own],
    )
  assert.deepEqual(items('amount{n}', { Amount10: '1000', amount2: '240', name2: 'two', name22: 'other' }), [
    [2, { amount: '240', name: 'two' }],
    [10, { Amount: '1000' }],
  ])
  assert.deepEqual(items('item{n}.amount', { 'item0.amount': '1240', 'item0.name': 'x', item: 'y' }), [
    [0, { amount: '1240', name: 'x' }],
  ])
})
