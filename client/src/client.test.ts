import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startTestTonegate } from '../../server/test/harness/test-tonegate.ts'
import { createClient } from './client.ts'
import { systemClock } from './clock.ts'
import { isTonegateError } from './errors.ts'
import { resultByTemplate } from './session/results.ts'

const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const approvedKeys = `4111111111111111#${expiry}#123#1`
const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1001' }

/** A sandbox, a client of it, and a caller who presses keys. */
async function startSandbox(t: TestContext) {
  const { tonegate: server, origin, post } = await startTestTonegate(t)
  const [account] = server.sandbox?.regions.nam?.clients ?? []
  const tonegate = createClient({
    baseUrl: origin,
    clientId: account?.clientId ?? '',
    clientSecret: account?.clientSecret ?? '',
    // Nobody waits here for a pause to be over.
    clock: {
      ...systemClock,
      sleep: (pause, signal) => systemClock.sleep(pause < 30_000 ? 20 : pause, signal),
    },
  })
  const openSession = () => tonegate.createSession({ agentId: 'agent7', skipCallTransfer: true, paymentData })
  const press = (sessionGuid: string, keys: string) => post(`/sandbox/sessions/${sessionGuid}/keys`, { keys })
  async function pay() {
    const { sessionGuid } = await openSession()
    const waiting = tonegate.waitForResult(sessionGuid)
    await press(sessionGuid, approvedKeys)
    return waiting
  }
  return { tonegate, openSession, press, pay }
}

test('a payment, from the token to the refund', async (t) => {
  const { tonegate, pay } = await startSandbox(t)
  const { sessionGuid, sessionState, outcome, paymentResultData } = await pay()
  assert.deepEqual([sessionState, outcome], ['Finished', 'approved'])
  assert.equal(resultByTemplate(paymentResultData ?? {}).template, 'cybersource')
  const part = await tonegate.refundPayment(sessionGuid, { amount: '5.00' })
  assert.deepEqual([part.operation.status, part.payment.refundableAmount], ['succeeded', '7.40'])
  await tonegate.refundPayment(sessionGuid)
  const payment = await tonegate.getPayment(sessionGuid)
  assert.deepEqual([payment.status, payment.operations.length], ['refunded', 2])
})

test('a declined card is told as declined', async (t) => {
  const { tonegate, openSession, press } = await startSandbox(t)
  const { sessionGuid } = await openSession()
  await press(sessionGuid, `4000000000000002#${expiry}#123#1`)
  const { outcome, paymentResultData } = await tonegate.waitForResult(sessionGuid)
  assert.deepEqual([outcome, paymentResultData?.declineReason], ['declined', 'do-not-honour'])
})

test('a session is cancelled, and the one who waits for it is told', async (t) => {
  const { tonegate, openSession } = await startSandbox(t)
  const { sessionGuid } = await openSession()
  const waiting = tonegate.waitForResult(sessionGuid)
  assert.equal((await tonegate.cancelSession(sessionGuid)).sessionState, 'Cancelled')
  assert.equal((await waiting).outcome, 'cancelled')
})

test('a link is sent again', async (t) => {
  const { tonegate } = await startSandbox(t)
  const { sessionGuid, paymentFormUrl } = await tonegate.createDigitalSession({
    agentId: 'agent7',
    paymentData: { ...paymentData, CustomerPhoneNumber: '+48500000000' },
  })
  assert.match(paymentFormUrl, /^http/)
  assert.equal((await tonegate.resendLink(sessionGuid)).channel, 'sms')
  const { channel } = await tonegate.resendLink(sessionGuid, { to: 'john@example.com' })
  assert.equal(channel, 'email')
})

test('all sessions are listed, page by page', async (t) => {
  const { tonegate, openSession } = await startSandbox(t)
  const opened = []
  for (let at = 0; at < 5; at += 1) opened.push((await openSession()).sessionGuid)
  const listed = []
  for await (const { sessionGuid } of tonegate.allSessions({
    limit: 2,
    state: 'Created',
    from: new Date(0),
  })) {
    listed.push(sessionGuid)
  }
  assert.deepEqual(listed, opened.toReversed())
  const page = await tonegate.listSessions({ limit: 2 })
  assert.deepEqual([page.sessions.length, typeof page.nextCursor], [2, 'string'])
})

test('the same key opens one session, and is refused for another', async (t) => {
  const { tonegate } = await startSandbox(t)
  const session = { agentId: 'agent7', skipCallTransfer: true, paymentData }
  const open = (Amount: string) =>
    tonegate.createSession(
      { ...session, paymentData: { ...paymentData, Amount } },
      { idempotencyKey: 'order-1001' },
    )
  assert.equal((await open('12.40')).sessionGuid, (await open('12.40')).sessionGuid)
  const refused = await open('13.00').catch((error: unknown) => error)
  assert.ok(isTonegateError(refused) && refused.kind === 'problem' && refused.code === 'idempotency-mismatch')
  assert.ok(refused.requestId)
})

test('what is refused is told, member by member', async (t) => {
  const { tonegate } = await startSandbox(t)
  const refused = await tonegate
    .createSession({ agentId: 'agent7', skipCallTransfer: true, paymentData: { Amount: 'much' } })
    .catch((error: unknown) => error)
  assert.ok(isTonegateError(refused) && refused.kind === 'problem' && refused.code === 'invalid-request')
  assert.equal(refused.errors[0]?.path, '/paymentData/Amount')
})

test('a wrong secret is told', async (t) => {
  const { origin, tonegate: server } = await startTestTonegate(t)
  const clientId = server.sandbox?.regions.nam?.clients[0]?.clientId ?? ''
  const tonegate = createClient({ baseUrl: origin, clientId, clientSecret: 'a'.repeat(40) })
  await assert.rejects(tonegate.listSessions(), {
    kind: 'oauth',
    code: 'invalid_client',
    message: 'invalid_client',
  })
})
