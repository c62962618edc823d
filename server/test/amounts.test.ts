import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test('an amount is shown as it is charged: to the customer, to the agent, and in the result', async (t) => {
  const { post, send, token } = await startTestTonegate(t)
  const authorization = `Bearer ${await token()}`
  for (const [Currency, Amount, minor, shown] of [
    ['HUF', '4990', '499000', 'HUF 4,990.00'],
    ['IDR', '150,000', '15000000', 'IDR 150,000.00'],
    ['IQD', '1.234', '1234', 'IQD 1.234'],
    ['KWD', '1.234', '1234', 'KWD 1.234'],
    ['JPY', '4990.00', '4990', '¥4,990'],
    ['CLF', '12.3456', '123456', 'CLF 12.3456'],
    ['INR', '1,00,000.00', '10000000', '₹100,000.00'],
  ] as const) {
    const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent7' })).json
    const body = { agentId: 'agent7', paymentData: { Amount, Currency } }
    const session = (await post('/globalpci/v1/session', body, { authorization })).json
    const headers = { 'x-bearer-token': session.agentAccessToken, 'accept-language': 'en' }
    const view = await send(new URL(session.iframeUrl).pathname, { headers })
    assert.ok(plain(view.text).includes(`"amount":"${shown}"`), Currency)
    const page = plain((await send(new URL(session.paymentFormUrl).pathname, { headers })).text)
    assert.ok(page.includes(`<p class="amount">${shown}</p>`), Currency)
    assert.ok(page.includes(`>Pay ${shown}</button>`), Currency)
    await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
    const { paymentResultData } = await eventually(async () => {
      const path = `/globalpci/v1/session/${session.sessionGuid}`
      const seen = (await send(path, { headers: { authorization } })).json
      return seen.sessionState === 'Finished' && seen
    })
    assert.deepEqual([paymentResultData.Amount, paymentResultData.Currency], [minor, Currency])
    await send(`/sandbox/calls/${callGuid}`, { method: 'DELETE' })
  }
})

test('a card is verified by the configuration that says so, and is told to be', async (t) => {
  const { folder, post, send, token } = await startTestTonegate(t)
  const admin = demoAdminOf({ folder })
  const usual = JSON.parse(await admin(['configuration', 'show', '0']))
  const verifying = { ...usual, id: 50, flow: { ...usual.flow, purpose: 'verify' } }
  await admin(['configuration', 'put', '-'], JSON.stringify(verifying))
  const authorization = `Bearer ${await token()}`
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  const refused = await post(
    '/globalpci/v1/session',
    { agentId: 'agent7', paymentData: {} },
    { authorization },
  )
  assert.equal(refused.status, 400)
  assert.equal(refused.json.errors[0].path, '/paymentData/Amount')
  const body = { agentId: 'agent7', accountConfigurationId: 50, paymentData: { Amount: '12.40' } }
  const session = (await post('/globalpci/v1/session', body, { authorization })).json
  const page = (await send(new URL(session.paymentFormUrl).pathname)).text
  assert.match(page, /Nothing will be charged.*Verify card/s)
  assert.doesNotMatch(page, /12\.40/)
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  const { paymentResultData: result } = await eventually(async () => {
    const path = `/globalpci/v1/session/${session.sessionGuid}`
    const seen = (await send(path, { headers: { authorization } })).json
    return seen.sessionState === 'Finished' && seen
  })
  assert.deepEqual(
    [result.paymentOutcome, result.Amount, result.transactionType],
    ['approved', '0', 'authorization'],
  )
})
