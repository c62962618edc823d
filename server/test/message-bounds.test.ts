import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { demoAdminOf } from './harness/test-admin.ts'
import { channelPorts, environmentOf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

/** The vault is in the same process, or in one of its own; the bounds are the vault's. */
const ways: Readonly<Record<string, (t: TestContext, bounds: Record<string, string>) => Promise<Started>>> = {
  'one process': (t, environment) => startTestTonegate(t, { environment }),
  async 'two processes'(t, bounds) {
    const ports = await channelPorts()
    await startTestTonegate(t, { environment: { ...environmentOf('vault', ports), ...bounds } })
    return startTestTonegate(t, { environment: environmentOf('api', ports) })
  },
}

/** A digital session, whose link goes to the address at once where its configuration says so. */
async function open(api: Started, more: object = {}) {
  const paymentData = { Amount: '12.40', Currency: 'GBP', Email: 'john@example.com' }
  const authorization = `Bearer ${await api.token()}`
  return api.post(
    '/globalpci/v1/digitalsession',
    { agentId: 'agent7', paymentData, ...more },
    { authorization },
  )
}

for (const [name, start] of Object.entries(ways)) {
  test(`${name}: an address gets so many messages, however many sessions they are of`, async (t) => {
    const api = await start(t, { TONEGATE_MESSAGES_PER_ADDRESS_HOUR: '2' })
    const authorization = `Bearer ${await api.token()}`
    const resend = async (to: string) => {
      const { sessionGuid } = (await open(api)).json
      return api.post(`/globalpci/v1/digitalsession/${sessionGuid}/resend`, { to }, { authorization })
    }
    for (let times = 0; times < 2; times += 1) assert.equal((await resend('a@example.com')).status, 200)
    const refused = await resend('A+b@EXAMPLE.com')
    assert.equal(refused.status, 429, refused.text)
    assert.match(refused.json.type, /#quota-exceeded$/)
    assert.equal(refused.json.bound, 'address-hour')
    assert.ok(Number(refused.headers.get('retry-after')) > 3000)
    assert.equal((await resend('c@example.com')).status, 200)
  })

  test(`${name}: a session whose link would be one too many is not opened`, async (t) => {
    const api = await start(t, { TONEGATE_MESSAGES_PER_ADDRESS_HOUR: '2' })
    const admin = demoAdminOf(api)
    const usual = JSON.parse(await admin(['configuration', 'show', '0']))
    const sending = { ...usual, id: 77, flow: { ...usual.flow, sendLink: 'email' } }
    await admin(['configuration', 'put', '-'], JSON.stringify(sending))
    const configured = { accountConfigurationId: 77 }
    for (let times = 0; times < 2; times += 1) {
      const opened = await open(api, configured)
      assert.equal(opened.status, 200, opened.text)
    }
    const refused = await open(api, configured)
    assert.equal(refused.status, 429, refused.text)
    assert.ok(Number(refused.headers.get('retry-after')) > 3000)
    const authorization = `Bearer ${await api.token()}`
    const { sessions } = (await api.send('/globalpci/v1/sessions', { headers: { authorization } })).json
    assert.equal(sessions.length, 2)
  })
}
