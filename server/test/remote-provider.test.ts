import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { startProvider } from '../src/payments/remote-provider/test-provider.ts'
import {
  configurationId,
  startRemote,
  writtenConfiguration,
} from '../src/payments/remote-provider/test-remote-provider.ts'
import { demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`

/**
 * Two Tonegates that know one another over HTTP alone: one answers the Payment API, in the other's vault the card is
 * typed.
 */
async function startTwo(
  t: TestContext,
  {
    callbacks = 'sent',
    through = async (origin) => origin,
  }: {
    readonly callbacks?: 'sent' | 'lost'
    /** Where the vault is reached. */
    readonly through?: (origin: string) => Promise<string>
  } = {},
) {
  const vault = await startTestTonegate(t)
  const there = vault.tonegate.sandbox?.regions.nam?.provider
  if (!there) throw new Error('The sandbox of the vault has no demo client.')
  const api = await startRemote(t, { clock: systemClock, provider: await startProvider(t) })
  await api.secrets.put(api.accountId, 'vault-key', there.clientSecret)
  const provider = (initialValues: object, amounts: 'minor' | 'major') => ({
    kind: 'tonegate',
    tenantId: there.tenant,
    tenantName: there.tenantname,
    username: there.username,
    clientId: there.clientId,
    clientSecret: 'vault-key',
    flowId: { agentAssist: 695, digital: 696 },
    initialValues: {
      ...initialValues,
      ...(callbacks === 'sent' && { callbackURL: '{{callbackUrl}}' }),
    },
    callback: { amounts },
  })
  const keypad = { amount: '{{amountMinor}}', currencyCode: '{{currency}}', orderId: '{{reference}}' }
  const link = { TotalAmount: '{{amount}}', Reference: '{{reference}}' }
  const at = { kind: 'tonegate', baseUrl: await through(vault.origin) } as const
  await api.configure(writtenConfiguration(at, provider(keypad, 'minor')))
  await api.configure({ ...writtenConfiguration(at, provider(link, 'major')), id: configurationId + 1 })
  return { vault, api }
}

const digital = {
  accountConfigurationId: configurationId + 1,
  paymentData: { Amount: '12.40', Currency: 'USD' },
}

const typeCard = (paymentFormUrl: string, cardNumber = '4111111111111111') =>
  fetch(paymentFormUrl, {
    method: 'POST',
    body: new URLSearchParams({ cardNumber, expiry: soon, securityCode: '123' }),
  })

for (const callbacks of ['sent', 'lost'] as const) {
  for (const kind of ['session', 'digitalsession'] as const) {
    test(`a ${kind} is opened here, its card typed in another vault, and its result read here; callbacks are ${callbacks}`, async (t) => {
      const { api, vault } = await startTwo(t, { callbacks })
      const session = await api.open(kind === 'digitalsession' ? digital : {}, kind)
      assert.ok(
        session.paymentFormUrl.startsWith(
          vault.origin.replace('127.0.0.1', new URL(session.paymentFormUrl).hostname),
        ),
      )
      assert.equal((await api.get(session.sessionGuid)).sessionState, 'Created')
      assert.equal((await typeCard(session.paymentFormUrl)).status, 200)
      const ended = await eventually(async () => {
        const status = await api.get(session.sessionGuid)
        return status.sessionState === 'Finished' && status
      })
      const { paymentResultData } = ended
      assert.equal(paymentResultData.paymentOutcome, 'approved')
      assert.equal(paymentResultData.cardBrand, 'visa')
      assert.equal(paymentResultData.cardLast4, '1111')
      assert.match(paymentResultData.authorisationCode, /^\w+$/)
      assert.equal(paymentResultData.Amount, '1240')
      assert.deepEqual(api.logged('error'), [])
    })
  }
}

/** Passes requests on, and loses the answer to the first launch. */
async function startLosingProxy(t: TestContext, origin: string): Promise<string> {
  let isLost = false
  const proxy = createServer(async (request, response) => {
    const body = await buffer(request)
    const { authorization = '', 'content-type': type = '', 'idempotency-key': key = '' } = request.headers
    const answer = await fetch(`${origin}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        authorization,
        ...(type && { 'content-type': type }),
        ...(key && { 'idempotency-key': `${key}` }),
      },
      ...(body.length > 0 && { body }),
    })
    const text = await answer.text()
    const loses = !isLost && request.url?.endsWith('/launch')
    isLost ||= loses === true
    if (loses) request.socket.destroy()
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

for (const key of ['a key', undefined]) {
  test(`a launch at another vault whose answer is lost is one session that can be paid; with ${key ?? 'no key'}`, async (t) => {
    const { api, vault } = await startTwo(t, { through: (origin) => startLosingProxy(t, origin) })
    const body = { agentId: 'agent1', ...digital }
    const headers = async () => ({
      authorization: `Bearer ${await api.tonegate.token()}`,
      ...(key && { 'idempotency-key': key }),
    })
    const ask = async () => api.tonegate.post('/globalpci/v1/digitalsession', body, await headers())
    assert.equal((await ask()).status, 503)
    const opened = await ask()
    assert.equal(opened.status, 200, opened.text)
    const books = new DatabaseSync(join(vault.folder, 'nam.db'), { timeout: 10_000 })
    t.after(() => books.close())
    await eventually(async () => {
      const open = books.prepare(`select guid from capture_session where state = 'open'`).all()
      return open.length === 1 && open[0]?.guid === opened.json.providerSessionGuid
    })
    const launched = books.prepare('select guid from provider_session').all()
    assert.equal(launched.length, key ? 1 : 2)
    await typeCard(opened.json.paymentFormUrl)
    await eventually(async () => (await api.get(opened.json.sessionGuid)).sessionState === 'Finished')
  })
}

test("the agent's page of a session that was opened here is opened by what was handed on", async (t) => {
  const { api } = await startTwo(t)
  const { iframeUrl, agentAccessToken, agentRefreshToken } = await api.open()
  const page = await fetch(iframeUrl, {
    method: 'POST',
    body: new URLSearchParams({ 'X-BEARER-TOKEN': agentAccessToken, 'X-REFRESH-TOKEN': agentRefreshToken }),
  })
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('x-frame-options'), null)
  assert.match(await page.text(), /<main/)
})

test('cancelling here ends the session in the other vault', async (t) => {
  const { api } = await startTwo(t)
  const session = await api.open(digital, 'digitalsession')
  const answer = await api.cancel(session.sessionGuid)
  assert.equal(answer.json.sessionState, 'Cancelled')
  assert.equal(answer.json.paymentResultData.paymentOutcome, 'cancelled')
  const page = await (await fetch(session.paymentFormUrl)).text()
  assert.doesNotMatch(page, /name="cardNumber"/)
})

for (const cancelAfterwards of ['void', 'refuse'] as const) {
  test(`what the other vault holds is let go by cancelling afterwards where its flow says so: ${cancelAfterwards}`, async (t) => {
    const { api, vault } = await startTwo(t)
    const admin = demoAdminOf(vault)
    const shown = JSON.parse(await admin(['provider-flow', 'show', '696']))
    const flow = { ...shown.flow, purpose: 'authorise', cancelAfterwards }
    await admin(['provider-flow', 'put', '-'], JSON.stringify({ ...shown, flow }))
    const session = await api.open(digital, 'digitalsession')
    await typeCard(session.paymentFormUrl)
    await eventually(async () => (await api.get(session.sessionGuid)).sessionState === 'Finished')
    const answer = await api.cancel(session.sessionGuid)
    assert.equal(answer.status, cancelAfterwards === 'void' ? 200 : 409, JSON.stringify(answer.json))
    const { sessionState, paymentResultData } = await api.get(session.sessionGuid)
    const outcome = cancelAfterwards === 'void' ? 'cancelled' : 'approved'
    assert.deepEqual([sessionState, paymentResultData.paymentOutcome], ['Finished', outcome])
  })
}

test('the link of a session in the other vault is sent again', async (t) => {
  const { api } = await startTwo(t)
  const session = await api.open(digital, 'digitalsession')
  const sent = await api.resend(session.sessionGuid, { channel: 'sms', to: '+447700900123' })
  assert.equal(sent.status, 200)
  assert.equal(sent.json.channel, 'sms')
  assert.match(await (await fetch(sent.json.paymentFormUrl)).text(), /name="cardNumber"/)
  assert.equal((await api.resend(session.sessionGuid, { channel: 'sms', to: 'nobody' })).status, 400)
  await api.cancel(session.sessionGuid)
  assert.equal((await api.resend(session.sessionGuid)).status, 409)
})

test("the other vault's refusals are answered in the contract's words", async (t) => {
  const { api } = await startTwo(t)
  await api.secrets.put(api.accountId, 'vault-key', 'x'.repeat(40))
  const refused = await eventually(async () => {
    const answer = await api.create()
    return answer.status === 502 && answer
  })
  assert.match(
    refused.json.detail,
    /^Provider's authorization endpoint returned error message 'invalid_client_key'/,
  )
})

test('a flow that the other vault does not have is told apart', async (t) => {
  const { api, vault } = await startTwo(t)
  const there = vault.tonegate.sandbox?.regions.nam?.provider
  const changes = {
    tenantId: there?.tenant,
    tenantName: there?.tenantname,
    username: there?.username,
    clientId: there?.clientId,
    clientSecret: 'vault-key',
    flowId: { agentAssist: 4711 },
  }
  const written = writtenConfiguration({ kind: 'tonegate', baseUrl: vault.origin }, changes)
  await api.configure({ ...written, id: configurationId + 2 })
  const answer = await api.create({ accountConfigurationId: configurationId + 2 })
  assert.equal(answer.status, 502)
  assert.match(answer.json.detail, /does not know the flow 4711/)
})
