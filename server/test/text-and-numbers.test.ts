import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { channelPorts, environmentOf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

/** The vault is in the same process, or in one of its own. */
const ways: Readonly<Record<string, (t: TestContext) => Promise<{ api: Started; vault: Started }>>> = {
  async 'one process'(t) {
    const both = await startTestTonegate(t)
    return { api: both, vault: both }
  },
  async 'two processes'(t) {
    const ports = await channelPorts()
    const vault = await startTestTonegate(t, { environment: environmentOf('vault', ports) })
    return { api: await startTestTonegate(t, { environment: environmentOf('api', ports) }), vault }
  },
}

const street = '1 Market Street\r\nSuite 300\tRear\u2028Unit B\vC\u0085D'

for (const [name, start] of Object.entries(ways)) {
  test(`${name}: line breaks and numbers come back as they were sent, and an amount is read by its value`, async (t) => {
    const { api, vault } = await start(t)
    const { send, token } = api
    const authorization = `Bearer ${await token()}`
    const headers = { authorization, 'content-type': 'application/json' }
    const body = `{"agentId": "agent7", "paymentData": {"Amount": 12.400, "Currency": "GBP\\n",
      "Street1": ${JSON.stringify(street)}, "MerchantReferenceCode": "order\\n1001",
      "Rate": 1.10, "Large": 12345678901234567890, "Power": 1E2, "Negative": -0}}`
    const opened = await send('/globalpci/v1/digitalsession', { method: 'POST', headers, body })
    assert.equal(opened.status, 200, opened.text)
    const { sessionGuid, paymentFormUrl } = opened.json
    const page = (await vault.send(new URL(paymentFormUrl).pathname)).text
    assert.match(page, /<p class="reference">[^<]*order 1001<\/p>/)
    const path = `/globalpci/v1/session/${sessionGuid}`
    await send(`${path}/cancel`, { method: 'POST', headers: { authorization } })
    const { paymentResultData: result } = (await send(path, { headers: { authorization } })).json
    assert.deepEqual(
      [result.Street1, result.MerchantReferenceCode, result.Amount, result.Currency],
      [street, 'order\n1001', '1240', 'GBP'],
    )
    assert.deepEqual(
      [result.Rate, result.Large, result.Power, result.Negative],
      ['1.10', '12345678901234567890', '1E2', '-0'],
    )
  })

  test(`${name}: a link goes to the number that is meant, and to one that nobody can know it does not`, async (t) => {
    const { api, vault } = await start(t)
    const { post, token } = api
    const authorization = `Bearer ${await token()}`
    const open = async (data: object) => {
      const paymentData = { Amount: '12.40', Currency: 'GBP', ...data }
      const body = { agentId: 'agent7', paymentData }
      return (await post('/globalpci/v1/digitalsession', body, { authorization })).json.sessionGuid
    }
    const resend = async (sessionGuid: string, body: object) =>
      post(`/globalpci/v1/digitalsession/${sessionGuid}/resend`, body, { authorization })
    const german = await open({ CustomerPhoneNumber: '+49 (0)171 2345678', Email: 'kunde@müller.de' })
    assert.equal((await resend(german, { channel: 'sms' })).status, 200)
    assert.equal((await resend(german, { channel: 'email' })).status, 200)
    const national = await open({ CustomerPhoneNumber: '0171 2345678' })
    for (const body of [{ channel: 'sms' }, { to: '0171 2345678' }]) {
      const refused = await resend(national, body)
      assert.equal(refused.status, 400)
      assert.match(refused.json.errors[0].message, /must begin with \+ and the country code/)
    }
    const { messages } = (await vault.send('/sandbox/outbox.json')).json
    assert.deepEqual(
      messages.map(({ to }: { to: string }) => to),
      ['kunde@xn--mller-kva.de', '+491712345678'],
    )
  })
}
