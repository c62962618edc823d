import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { OrderedPayment, PaymentOperation, PaymentOrder } from '../../vault/model/payment-summary.ts'
import { fillDisk, startPayments } from '../test-payments.ts'

const by = { kind: 'client', id: 'backend' } as const

/** A payment of 12.40 GBP after an operation of 5.00. */
const after = (
  status: PaymentOperation['status'],
  changes: Partial<PaymentOperation> = {},
): OrderedPayment => {
  const operation: PaymentOperation = {
    ...{
      key: 'payment-1-refund-1',
      kind: 'refund',
      amountMinor: 500,
      status,
      requestedAt: 0,
      requestedBy: by,
    },
    ...changes,
  }
  return {
    operation,
    payment: {
      ...{ gateway: 'sandbox', gatewayReference: 'reference-1', currency: 'GBP', isVoided: false },
      ...{ authorised: 1240, captured: 1240, refunded: 0, refundsUnderWay: 500, refundable: 740 },
      operations: [operation],
    },
  }
}

/** A session whose provider answers orders as the test says. */
async function startOrders(t: TestContext, answers: readonly (OrderedPayment | Problem)[]) {
  const payments = await startPayments(t)
  const left = [...answers]
  const asked: PaymentOrder[] = []
  const asking: Guid[] = []
  payments.behaviour.orderPayment = async (guid, order) => {
    asked.push(order)
    asking.push(guid)
    const answer = left.shift() ?? assert.fail('The provider was asked once too often.')
    if (answer instanceof Problem) throw answer
    return answer
  }
  await payments.payments.start()
  const { sessionGuid, providerSessionGuid } = await payments.open()
  const count = payments.store.prepare((db, _: object) =>
    db.selectFrom('payment_operation').select((each) => each.fn.countAll<number>().as('rows')),
  )
  return {
    ...payments,
    asked,
    asking,
    providerSessionGuid,
    underWay: async () => Number((await count.first(payments.store.reader, {}))?.rows),
    refund: (key?: string) =>
      payments.post(
        { amount: '5.00' },
        {
          url: `/globalpci/v1/session/${sessionGuid}/refund`,
          ...(key !== undefined && { headers: { 'idempotency-key': key } }),
        },
      ),
    async passes(milliseconds: number) {
      await payments.clock.advance(milliseconds)
      for (let turns = 0; turns < 50; turns += 1) await turn()
    },
  }
}

const away = () => new Problem('provider-unavailable', 'The payment server cannot be reached.')
const nothing = () => new Problem('not-possible-now', 'No refund of this payment is under way.')

test('what the gateway has not answered is pending, and asked for again until it has', async (t) => {
  const answers = [after('pending'), after('pending'), after('succeeded'), after('succeeded')]
  const { refund, asked, passes, underWay, lines } = await startOrders(t, answers)
  const answer = await refund()
  assert.equal(answer.statusCode, 202)
  assert.deepEqual(
    [answer.json().operation.status, answer.json().payment.pendingRefundAmount],
    ['pending', '5.00'],
  )
  assert.equal(await underWay(), 1)
  await passes(61_000)
  assert.equal(asked.length, 2)
  assert.deepEqual(asked[1], { kind: 'refund', name: asked[0]?.name, repeat: 'retry' })
  await passes(30_000)
  assert.equal(asked.length, 2, 'it is given longer each time')
  await passes(40_000)
  assert.equal(asked.length, 3)
  const told = () => lines.filter((line) => line.includes('became known') && line.includes('succeeded'))
  assert.equal(told().length, 1)
  await passes(600_000)
  assert.equal(asked.length, 3)
  await passes(24 * 3_600_000)
  assert.deepEqual([await underWay(), told().length], [0, 1])
})

test('a gateway that never answers is asked for three days', async (t) => {
  const hour = 3_600_000
  const { refund, asked, passes, underWay, lines } = await startOrders(t, Array(200).fill(after('pending')))
  await refund()
  for (let hours = 0; hours < 75; hours += 1) await passes(hour)
  assert.equal(await underWay(), 0)
  assert.ok(asked.length > 70, String(asked.length))
  assert.equal(lines.filter((line) => line.includes('a gateway never answered for a payment')).length, 1)
})

test('a request that was not answered is given again under its name by the same key', async (t) => {
  const { refund, asked, underWay } = await startOrders(t, [away(), after('pending'), after('succeeded')])
  assert.equal((await refund('k')).statusCode, 503)
  assert.equal((await refund('k')).statusCode, 202)
  const done = await refund('k')
  assert.equal(done.statusCode, 200)
  assert.equal(new Set(asked.map(({ name }) => name)).size, 1)
  assert.deepEqual(new Set(asked.map(({ repeat }) => repeat)), new Set(['another']))
  assert.equal(await underWay(), 0)
  assert.equal((await refund('k')).body, done.body)
  assert.equal(asked.length, 3, 'the answer is kept')
})

test('a refund that was pending and has come to its end is not begun again by its key', async (t) => {
  const answers = [after('pending'), after('succeeded'), after('succeeded')]
  const { refund, asked, passes } = await startOrders(t, answers)
  assert.equal((await refund('k')).statusCode, 202)
  await passes(61_000)
  assert.equal(asked.length, 2)
  await passes(3_600_000)
  const done = await refund('k')
  assert.equal(done.statusCode, 200)
  assert.equal(new Set(asked.map(({ name }) => name)).size, 1)
  assert.equal((await refund('k')).body, done.body)
})

test('a refund whose answer could not be kept is not begun again by its key', async (t) => {
  const { refund, asked, behaviour, store } = await startOrders(t, [])
  let emptied = () => {}
  behaviour.orderPayment = async (_, order) => {
    asked.push(order)
    if (asked.length === 1) emptied = fillDisk(t, store)
    return after('succeeded')
  }
  assert.equal((await refund('k')).statusCode, 503)
  emptied()
  assert.equal((await refund('k')).statusCode, 200)
  assert.equal(asked[1]?.name, asked[0]?.name)
})

test('no more than fifty are asked for at once, however many are due and however slow their gateway is', async (t) => {
  const { refund, asked, passes, behaviour } = await startOrders(t, Array(60).fill(after('pending')))
  for (let orders = 0; orders < 60; orders += 1) await refund()
  const answers = Promise.withResolvers<OrderedPayment>()
  behaviour.orderPayment = (_, order) => {
    asked.push(order)
    return answers.promise
  }
  await passes(61_000)
  await passes(20_000)
  assert.equal(asked.length, 60 + 50)
  answers.resolve(after('pending'))
  await passes(2_000)
  assert.equal(asked.length, 60 + 60)
})

test('what was never begun is forgotten, and asked for no more', async (t) => {
  const { refund, asked, passes, underWay } = await startOrders(t, [away(), nothing()])
  assert.equal((await refund()).statusCode, 503)
  assert.equal(await underWay(), 1)
  await passes(61_000)
  assert.equal(asked[1]?.repeat, 'retry')
  assert.equal(await underWay(), 0)
})

test('a request that comes again while its operation is looked for keeps its name', async (t) => {
  const { refund, asked, passes, behaviour, underWay } = await startOrders(t, [away(), after('pending')])
  assert.equal((await refund('k')).statusCode, 503)
  const looked = Promise.withResolvers<never>()
  const answer = behaviour.orderPayment
  behaviour.orderPayment = (guid, order, by) =>
    order.repeat === 'retry' ? looked.promise : (answer?.(guid, order, by) ?? assert.fail())
  await passes(61_000)
  assert.equal((await refund('k')).statusCode, 202)
  looked.reject(nothing())
  await passes(0)
  assert.equal(await underWay(), 1)
  assert.equal(asked[1]?.name, asked[0]?.name)
})

test('what is refused at once leaves nothing behind', async (t) => {
  const refused = after('failed', { gatewayCode: '57' })
  const { refund, underWay } = await startOrders(t, [nothing(), refused])
  assert.equal((await refund()).statusCode, 409)
  assert.equal(await underWay(), 0)
  const answer = await refund('k')
  assert.equal(answer.statusCode, 409)
  const { type, detail, gatewayCode, operationId } = answer.json()
  assert.match(type, /#refused-by-gateway$/)
  assert.deepEqual(
    [detail, gatewayCode, operationId],
    ['The gateway refused the refund with code 57.', '57', 'payment-1-refund-1'],
  )
  assert.equal(await underWay(), 0)
  assert.equal((await refund('k')).body, answer.body)
})

test('of several nodes one asks again for an operation', async (t) => {
  const { refund, asked, passes, folder, clock, underWay } = await startOrders(t, [
    after('pending'),
    after('succeeded'),
  ])
  const other = await startPayments(t, { beside: { folder, clock } })
  const there: PaymentOrder[] = []
  other.behaviour.orderPayment = async (_, order) => {
    there.push(order)
    return after('succeeded')
  }
  await other.payments.start()
  assert.equal((await refund()).statusCode, 202)
  await passes(61_000)
  assert.equal(asked.length + there.length, 2)
  await passes(180_000)
  assert.equal(asked.length + there.length, 2)
  assert.equal(await underWay(), 1)
})
