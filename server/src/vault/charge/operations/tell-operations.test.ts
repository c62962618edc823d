import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { Problem } from '../../../base/problem.ts'
import { type FollowUpAnswer, sharedGateways } from '../../model/gateway.ts'
import type { OrderedPayment } from '../../model/payment-summary.ts'
import { prepareVaultRows } from '../../model/vault-rows.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../../test-vault.ts'
import { createPaymentOrders } from '../order-payment.ts'
import { createTellOperations } from './tell-operations.ts'

/** An approved payment of 12.40, and whoever is told what becomes of operations on it. */
async function startTelling(t: TestContext) {
  const gateway = {
    answer: async (): Promise<FollowUpAnswer> => ({ status: 'done' }),
  }
  const follow = () => gateway.answer()
  const test = {
    ...testGateway({ answers: async () => approval }),
    ...{ capture: follow, void: follow, refund: follow },
  }
  const vault = await startVault(t, { gateway: test })
  const { store, clock } = vault
  const session = await vault.open()
  press(session, `${wholeCard}1`)
  await settle()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const orders = createPaymentOrders({ store, clock, log, gateways: sharedGateways({ test }) })
  t.after(() => orders.close())
  const told: [Guid, OrderedPayment][] = []
  const taking = { take: async (_: OrderedPayment): Promise<void> => {} }
  /** A process that tells. */
  function tell() {
    const telling = createTellOperations({
      ...{ store, clock, log },
      async onOperation(guid, ordered) {
        await taking.take(ordered)
        told.push([guid, ordered])
      },
    })
    telling.start()
    t.after(() => telling.close())
    return telling
  }
  return {
    ...vault,
    gateway,
    lines,
    guid: session.guid,
    taking,
    tell,
    refund: (name: Guid, repeat: 'usual' | 'retry' = 'usual', amount = '5.00') =>
      orders.order(session.guid, { kind: 'refund', amount, name, repeat }),
    /** What was told, in short. */
    told: () =>
      told.map(([of, { operation, payment }]) => {
        assert.equal(of, session.guid)
        return `${operation.kind} ${operation.amountMinor} ${operation.status}, ${payment.refunded} refunded`
      }),
    async passes(milliseconds: number) {
      await clock.advance(milliseconds)
      await settle()
    },
  }
}

const name = '019bc0fd-89c0-70e9-806c-303afd4e02e9' as Guid

test('what became of an operation is told once, also where the process that asked has died', async (t) => {
  const { refund, tell, told, passes } = await startTelling(t)
  await refund(name)
  tell()
  await passes(1_000)
  assert.deepEqual(told(), ['refund 500 succeeded, 500 refunded'])
  await passes(60_000)
  assert.equal(told().length, 1)
})

test('that its gateway does not answer is told, and what comes of it then', async (t) => {
  const { refund, tell, told, passes, gateway } = await startTelling(t)
  tell()
  gateway.answer = async () => {
    throw new Error('no connection')
  }
  assert.equal((await refund(name)).operation.status, 'pending')
  await passes(1_000)
  assert.deepEqual(told(), ['refund 500 pending, 0 refunded'])
  gateway.answer = async () => ({ status: 'refused', gatewayCode: 'expired' })
  await refund(name, 'retry')
  await passes(1_000)
  assert.deepEqual(told().slice(1), ['refund 500 failed, 0 refunded'])
})

test('that a refund has failed after all is told', async (t) => {
  const { refund, tell, told, passes, store, attempts, guid } = await startTelling(t)
  tell()
  await refund(name)
  await passes(1_000)
  const [attempt] = await attempts(guid)
  const rows = prepareVaultRows(store)
  await store.write((tx) =>
    rows.failFollowUp.run(tx, {
      key: `${attempt?.idempotency_key}-refund-1`,
      answered_at: 5,
      answer: JSON.stringify({ status: 'refused', gatewayCode: 'expired', failedAt: 5 }),
    }),
  )
  await passes(1_000)
  assert.deepEqual(told(), ['refund 500 succeeded, 500 refunded', 'refund 500 failed, 0 refunded'])
})

test('while nobody takes it, it is told again, less often; what is refused is told no more', async (t) => {
  const { refund, tell, told, passes, taking, lines } = await startTelling(t)
  let tries = 0
  taking.take = async () => {
    tries += 1
    throw new Problem('provider-unavailable', 'The payment server cannot be reached.')
  }
  const first = tell()
  await refund(name)
  for (let seconds = 0; seconds < 120; seconds += 1) await passes(1_000)
  assert.ok(tries > 4 && tries < 12, String(tries))
  await first.close()
  taking.take = async () => {}
  tell()
  await passes(1_000)
  assert.equal(told().length, 1)
  taking.take = async () => {
    tries += 1
    throw new Problem('not-found', 'No payment session has this id.')
  }
  tries = 0
  await refund('019bc0fd-89c0-70e9-806c-303afd4e02ea' as Guid)
  await passes(60_000)
  assert.equal(tries, 1)
  assert.equal(lines.filter((line) => line.includes('of an unknown session is not reported')).length, 1)
})

test('an operation that cannot be told keeps none behind it from being told', async (t) => {
  const { refund, tell, told, passes, taking } = await startTelling(t)
  taking.take = async ({ operation: { key } }) => {
    if (key.endsWith('-refund-1')) throw new Error('What is kept of this account cannot be read.')
  }
  tell()
  await refund(name)
  await passes(1_000)
  await refund('019bc0fd-89c0-70e9-806c-303afd4e02ea' as Guid)
  await passes(2_000)
  assert.deepEqual(told(), ['refund 500 succeeded, 1000 refunded'])
})

test('however many cannot be told, others are told at once', async (t) => {
  const { refund, tell, told, passes, taking } = await startTelling(t)
  let tries = 0
  let names = 10
  const newName = () => {
    names += 1
    return `019bc0fd-89c0-70e9-806c-303afd4e02${names}` as Guid
  }
  taking.take = async ({ operation: { amountMinor } }) => {
    if (amountMinor !== 100) return
    tries += 1
    throw new Error('What is kept of this account cannot be read.')
  }
  tell()
  for (let each = 0; each < 11; each += 1) await refund(newName(), 'usual', '1.00')
  await refund(newName(), 'usual', '0.50')
  for (let seconds = 0; seconds < 8; seconds += 1) await passes(1_000)
  assert.deepEqual(told(), ['refund 50 succeeded, 1150 refunded'])
  for (let seconds = 0; seconds < 120; seconds += 1) await passes(1_000)
  await refund(newName(), 'usual', '0.50')
  await passes(1_000)
  assert.equal(told().length, 2)
  assert.ok(tries < 120, String(tries))
})
