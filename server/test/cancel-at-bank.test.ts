import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startReceiver } from '../src/payments/webhooks/test-receiver.ts'
import { demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startProcess } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
/** The sandbox's card whose bank asks the customer. */
const asking = { cardNumber: '4000000000003220', expiry: soon, securityCode: '123' }
const cancelledPage = /<h1>The payment was cancelled<\/h1>\s*<p>Nothing was charged/
type Started = Awaited<ReturnType<typeof startTestTonegate>>

/** A session whose customer is at the bank. `vault` answers the customer, and `api` the Payment API. */
async function sendToBank(vault: Started, api: Started, configurationId = 10) {
  const headers = { authorization: `Bearer ${await api.token()}` }
  const order = { agentId: 'agent7', accountConfigurationId: configurationId, skipCallTransfer: true }
  const payment = { ...order, paymentData: { Amount: '12.40', Currency: 'USD' } }
  const created = await api.post('/globalpci/v1/digitalsession', payment, headers)
  assert.equal(created.status, 200, created.text)
  const { sessionGuid, paymentFormUrl } = created.json
  return {
    ...created.json,
    ...(await atBank(vault, paymentFormUrl)),
    status: async () => (await api.send(`/globalpci/v1/session/${sessionGuid}`, { headers })).json,
    cancel: () => api.post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers),
  }
}

async function atBank(vault: Started, paymentFormUrl: string) {
  const { pathname } = new URL(paymentFormUrl)
  const page = async () => (await vault.send(pathname)).text
  const paid = await vault.send(pathname, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(asking),
  })
  assert.equal(paid.status, 303)
  const [, reference = ''] = /name="reference" value="(\w+)"/.exec(await page()) ?? []
  assert.ok(reference, 'the bank asks')
  return {
    page,
    state: async () => (await vault.send(`${pathname}/state`)).json.state,
    comeBack: (headers: Record<string, string> = {}) =>
      vault.send(`${pathname}/challenge`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ reference }),
      }),
  }
}

test('cancelling while the customer is at the bank is a cancel, for program, customer and webhook', async (t) => {
  const sandbox = await startTestTonegate(t)
  const receiver = await startReceiver(t)
  const admin = demoAdminOf(sandbox)
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  await admin(['secret', 'put', 'signing'], secret)
  const webhook = { url: receiver.url, privateAddresses: 'allowed', signingSecret: 'signing' }
  const usual = JSON.parse(await admin(['configuration', 'show', '10']))
  await admin(['configuration', 'put', '-'], JSON.stringify({ ...usual, id: 50, webhook }))
  const session = await sendToBank(sandbox, sandbox, 50)
  const waiting = sandbox.send(`${new URL(session.paymentFormUrl).pathname}/state?wait=challenge`)
  const answer = await session.cancel()
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(
    [answer.json.sessionState, answer.json.paymentResultData.paymentOutcome],
    ['Cancelled', 'cancelled'],
  )
  assert.deepEqual(await session.status(), answer.json)
  assert.notEqual((await waiting).json.state, 'challenge', 'the page’s script hears of it')
  assert.equal(await session.state(), 'over')
  assert.match(await session.page(), cancelledPage)
  const back = await session.comeBack({ 'sec-fetch-dest': 'iframe' })
  assert.equal(back.status, 200)
  assert.match(back.text, cancelledPage)
  const inWindow = await session.comeBack({ 'sec-fetch-dest': 'document' })
  assert.match(inWindow.text, cancelledPage)
  const [told] = await receiver.got(1)
  assert.deepEqual(JSON.parse(told?.body ?? ''), answer.json)
  const again = await session.cancel()
  assert.deepEqual([again.status, again.json], [200, answer.json])
})

test('an agent who cancels while the customer is at the bank sees it cancelled', async (t) => {
  const sandbox = await startTestTonegate(t)
  const session = await sendToBank(sandbox, sandbox)
  const { pathname } = new URL(session.iframeUrl)
  const command = await sandbox.post(
    `${pathname.replace(/\/framed$/, '')}/commands`,
    { command: 'cancel' },
    { authorization: `Bearer ${session.agentAccessToken}` },
  )
  assert.equal(command.status, 200, command.text)
  assert.deepEqual(command.json.result, { end: 'cancelled', outcome: 'cancelled' })
  assert.match(await session.page(), cancelledPage)
  assert.equal((await session.status()).sessionState, 'Cancelled')
})

test('a program that cancels by the provider contract has cancelled', async (t) => {
  const sandbox = await startTestTonegate(t)
  const provider = sandbox.tonegate.sandbox?.regions.nam?.provider
  assert.ok(provider)
  const { tenantname, username, clientId: client_id, clientSecret: client_secret } = provider
  const credentials = { grant_type: 'client_credentials', client_id, client_secret, username, tenantname }
  const tokenPath = new URL(provider.tokenUrl).pathname
  const form = { method: 'POST', body: new URLSearchParams(credentials) }
  const token = await sandbox.send(tokenPath, form)
  const headers = { authorization: `Bearer ${token.json.access_token}` }
  const sessions = new URL(provider.sessionUrl).pathname
  const InitialValues = { TotalAmount: '12.40', Reference: 'order-1', amount: '1240' }
  const launched = await sandbox.post(`${sessions}/launch`, { FlowId: 696, InitialValues }, headers)
  assert.equal(launched.status, 200, launched.text)
  const customer = await atBank(sandbox, launched.json.PaymentFormUrl)
  const cancel = () => sandbox.post(`${sessions}/${launched.json.Id}/cancel`, {}, headers)
  for (const answer of [await cancel(), await cancel()]) {
    assert.equal(answer.status, 200, answer.text)
    const { end, paymentOutcome, transactionResult } = answer.json.Result
    assert.deepEqual([end, paymentOutcome, transactionResult], ['cancelled', 'cancelled', 'CANCELLED'])
  }
  assert.match(await customer.page(), cancelledPage)
})

test('it is a cancel too where the vault is a process of its own', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const session = await sendToBank(vault, api)
  const [answer, again] = await Promise.all([session.cancel(), session.cancel()])
  for (const each of [answer, again]) {
    assert.equal(each.status, 200, each.text)
    assert.equal(each.json.sessionState, 'Cancelled')
    assert.equal(each.json.paymentResultData.paymentOutcome, 'cancelled')
  }
  assert.match(await session.page(), cancelledPage)
})

test('a server that starts again while the customer is at the bank cancels as the first would have', async (t) => {
  const first = await startTestTonegate(t)
  const { sessionGuid } = await sendToBank(first, first)
  await first.close()
  const next = await startTestTonegate(t, { environment: { TONEGATE_DATA: first.folder } })
  const headers = { authorization: `Bearer ${await next.token()}` }
  const answer = await eventually(async () => {
    const cancelled = await next.post(`/globalpci/v1/session/${sessionGuid}/cancel`, {}, headers)
    return cancelled.status === 200 && cancelled
  })
  assert.equal(answer.json.sessionState, 'Cancelled')
})
