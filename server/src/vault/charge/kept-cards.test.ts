import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { storedContents } from '../../../test/harness/test-stored-content.ts'
import { Problem } from '../../base/problem.ts'
import type { GatewayAnswer, KeptCardRequest } from '../model/gateway.ts'
import type { Flow, Launch } from '../model/launch.ts'
import { approval, press, settle, startVault, testGateway, visa } from '../test-vault.ts'

const token = 'tok_4711_of_the_gateway'

/** A vault whose gateway keeps each card that it is asked to keep, and answers as the test says when it charges one. */
async function startKeeping(
  t: TestContext,
  {
    answer = async () => approval,
    known,
  }: {
    readonly answer?: (request: KeptCardRequest) => Promise<GatewayAnswer>
    readonly known?: () => Promise<GatewayAnswer | undefined>
  } = {},
) {
  const charged: KeptCardRequest[] = []
  const plain = testGateway({
    answers: async () => ({ ...approval, captured: false, token }),
    ...(known && { known }),
  })
  const authoriseKept = (request: KeptCardRequest) => {
    charged.push(request)
    return answer(request)
  }
  const gateway = Object.assign(plain, { authoriseKept })
  const started = await startVault(t, { gateway, gateways: { other: gateway } })
  const keep = async (more: Partial<Launch> = {}) => {
    const session = await started.open({ purpose: 'tokenise' }, more)
    press(session, `${visa}#1230#123#1`)
    await settle()
    assert.equal(started.results.at(-1)?.charge?.token, token)
    started.results.length = 0
  }
  const launchKept = (changes: Partial<Flow> = {}, more: Partial<Launch> = {}) =>
    started.launch(
      { keptCards: 'customer', ...changes },
      { keptCard: { token, initiator: 'customer' }, ...more },
    )
  return { ...started, started, charged, keep, launchKept }
}

const isUnknownToken = (error: unknown) =>
  error instanceof Problem &&
  error.code === 'invalid-request' &&
  /cardToken does not belong to a card/.test(error.message)

test('a kept card is charged once its launcher has the session, without a key', async (t) => {
  const { started, keep, launchKept, charged, results } = await startKeeping(t)
  await keep()
  const { guid, paymentFormUrl } = await launchKept({ purpose: 'authorise' })
  assert.equal(paymentFormUrl, '', 'there is no page for the customer')
  await settle()
  assert.deepEqual([charged.length, started.find(guid).view().state], [0, 'processing'])
  await started.vault.named.opened(guid)
  await started.vault.named.opened(guid)
  await settle()
  const { signal: _, ...request } = charged[0] ?? assert.fail('the gateway was not asked')
  assert.deepEqual(request, {
    idempotencyKey: `${guid}-1`,
    purpose: 'authorise',
    order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
    initialValues: { FirstName: 'John' },
    channel: 'moto',
    timeoutSeconds: 30,
    token,
    initiator: 'customer',
  })
  assert.equal(charged.length, 1)
  assert.deepEqual(
    results.map(({ outcome, card }) => [outcome, card?.last4]),
    [['approved', '1111']],
  )
})

test('the merchant’s own charge is sent as such, and not as a call', async (t) => {
  const { started, keep, launchKept, charged } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept({}, { keptCard: { token, initiator: 'merchant' }, caller: 'no-call' })
  await started.vault.named.opened(guid)
  await settle()
  assert.deepEqual([charged[0]?.initiator, charged[0]?.channel], ['merchant', 'ecommerce'])
})

test('a token is of the account and the gateway that it was made for, and of no other', async (t) => {
  const { keep, launchKept, charged } = await startKeeping(t)
  await assert.rejects(launchKept(), isUnknownToken, 'nothing is kept yet')
  await keep()
  await assert.rejects(launchKept({}, { tenant: 8 }), isUnknownToken)
  await assert.rejects(launchKept({ gateway: 'other' }), isUnknownToken)
  await assert.rejects(
    launchKept({}, { keptCard: { token: token.toUpperCase(), initiator: 'customer' } }),
    isUnknownToken,
  )
  assert.equal(charged.length, 0)
})

test('a gateway that charges no kept cards refuses one at the launch', async (t) => {
  const started = await startVault(t)
  await assert.rejects(
    started.launch({ keptCards: 'customer' }, { keptCard: { token, initiator: 'customer' } }),
    /does not support kept cards/,
  )
})

test('nobody types into a session that charges a kept card', async (t) => {
  const { started, keep, launchKept, charged } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept()
  const session = started.find(guid)
  assert.equal(session.press('4'), 'ignored')
  session.pageTyped('pan', 4)
  session.pageOpened()
  for (const act of [
    () => session.ask('pan'),
    () => session.enterBy('link'),
    () => session.pay(),
    () => session.sendLink({ channel: 'sms', to: '+48500000000' }),
    () => session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }),
  ]) {
    await assert.rejects(async () => act(), /charges a kept card/)
  }
  const view = session.view()
  assert.deepEqual([view.state, view.brand, view.last4], ['processing', 'visa', '1111'])
  assert.equal(charged.length, 0)
})

test('a session that is cancelled before its launcher has it charges nothing', async (t) => {
  const { started, keep, launchKept, charged, results } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept()
  await started.find(guid).cancel()
  await started.vault.named.opened(guid)
  await settle()
  assert.deepEqual([charged.length, results.at(-1)?.outcome], [0, 'cancelled'])
})

test('while the gateway is asked a kept card cannot be called off any more', async (t) => {
  const { started, keep, launchKept } = await startKeeping(t, { answer: () => new Promise(() => {}) })
  await keep()
  const { guid } = await launchKept()
  await started.vault.named.opened(guid)
  await settle()
  await assert.rejects(started.find(guid).cancel(), /is already being processed/)
})

test('a process that dies before it has asked charges the kept card in the next one, once', async (t) => {
  const { started, keep, launchKept, charged, results } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept()
  started.crashAt({ write: 1, when: 'after' })
  void started.vault.named.opened(guid)
  await settle()
  assert.equal(charged.length, 0)
  await started.restart()
  await settle()
  assert.deepEqual([charged.length, results.at(-1)?.outcome], [1, 'approved'])
})

test('one that dies between asking and storing asks what became of it, and never charges again', async (t) => {
  const known: { answer: GatewayAnswer | undefined } = { answer: undefined }
  const { started, keep, launchKept, charged, results } = await startKeeping(t, {
    answer: () => new Promise(() => {}),
    known: async () => known.answer,
  })
  await keep()
  const { guid } = await launchKept()
  await started.vault.named.opened(guid)
  await settle()
  known.answer = approval
  await started.restart()
  await settle()
  assert.deepEqual([charged.length, results.at(-1)?.outcome], [1, 'approved'])
  assert.equal(results.at(-1)?.card?.last4, '1111')
})

test('a kept card whose bank wants to ask is given up: nobody is there to be asked', async (t) => {
  const { started, keep, launchKept, results } = await startKeeping(t, {
    answer: async () =>
      ({ status: 'challenge', challenge: { url: 'https://bank.example', fields: {} } }) as never,
    known: async () => ({ status: 'declined', reason: 'authentication-failed' }),
  })
  await keep()
  const { guid } = await launchKept()
  await started.vault.named.opened(guid)
  await settle()
  assert.deepEqual(
    [results.at(-1)?.outcome, results.at(-1)?.charge?.declineReason],
    ['declined', 'authentication-failed'],
  )
})

test('a kept card that cannot be written down is not charged, and its session fails', async (t) => {
  const { started, keep, launchKept, charged, results, clock } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept()
  const opening = started.vault.named.opened(guid)
  await opening
  started.failWrites(1)
  await settle()
  await clock.advance(10_000)
  await settle()
  assert.deepEqual([charged.length, results.at(-1)?.outcome], [0, 'failed'])
})

test('of a token nothing is on disk and in no log that would tell it', async (t) => {
  const { started, keep, launchKept, folder, lines } = await startKeeping(t)
  await keep()
  const { guid } = await launchKept()
  await started.vault.named.opened(guid)
  await settle()
  await started.restart()
  for (const line of lines) assert.ok(!line.includes(token), line)
  const rows = started.store.prepare((db, _: object) => db.selectFrom('kept_card').selectAll())
  const kept = await rows.all(started.store.reader, {})
  assert.equal(kept.length, 1, 'a token that is told again is the same card')
  assert.ok(
    !JSON.stringify(kept[0], (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ).includes('1111'),
  )
  const stored = await storedContents(folder)
  assert.ok(stored.some(({ content }) => content.includes(guid)))
  for (const { name, content } of stored) assert.ok(!content.includes(token), name)
})
