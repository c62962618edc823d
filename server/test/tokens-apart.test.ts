import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from './harness/test-tonegate.ts'

test('a token of the agent view is no access token, nor the other way round (RFC-39, RFC-53)', async (t) => {
  const { post, send, token, origin } = await startTestTonegate(t)
  const accessToken = await token()
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const order = { agentId: 'agent12345', skipCallTransfer: true, paymentData }
  const created = await post('/globalpci/v1/session', order, bearer(accessToken))
  const { sessionGuid, iframeUrl, agentAccessToken: viewToken } = created.json
  const view = new URL(iframeUrl).pathname.replace(/\/framed$/, '')

  const status = async (path: string, text: string) => (await send(path, { headers: bearer(text) })).status
  const session = `/globalpci/v1/session/${sessionGuid}`
  assert.equal(await status(session, accessToken), 200)
  for (const path of [session, '/auth/connect/userinfo'])
    assert.equal(await status(path, viewToken), 401, path)

  const cancel = async (text: string) =>
    (await post(`${view}/commands`, { command: 'cancel' }, { origin, ...bearer(text) })).status
  assert.equal(await cancel(accessToken), 401)
  assert.equal(await cancel(viewToken), 200)
})

test('what is launched by one contract is reached by no operation of the other', async (t) => {
  const { post, send, token, tonegate } = await startTestTonegate(t)
  const program = tonegate.sandbox?.regions.nam?.provider
  assert.ok(program)
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
  const form = (path: string, fields: Readonly<Record<string, string>>) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields) })
  const { tenant, tenantname, username, clientId: client_id, clientSecret: client_secret } = program
  const grant = { grant_type: 'client_credentials', tenantname, username, client_id, client_secret }
  const { access_token: programToken } = (await form('/api/v1/token', grant)).json
  const backEndToken = await token()

  const values = { amount: '1240', currencyCode: 'GBP', orderId: '1' }
  const launch = { FlowId: 695, InitialValues: values }
  const launched = await post(`/api/v1/session/${tenant}/launch`, launch, bearer(programToken))
  assert.equal(launched.status, 200, launched.text)
  const { Id } = launched.json
  const order = {
    agentId: 'agent12345',
    skipCallTransfer: true,
    paymentData: { Amount: '1', Currency: 'GBP' },
  }
  const created = (await post('/globalpci/v1/session', order, bearer(backEndToken))).json

  const ofPayments = `/globalpci/v1/session/${Id}`
  assert.equal((await send(ofPayments, { headers: bearer(backEndToken) })).status, 404)
  assert.equal((await post(`${ofPayments}/cancel`, {}, bearer(backEndToken))).status, 404)
  const resend = `/globalpci/v1/digitalsession/${Id}/resend`
  assert.equal((await post(resend, {}, bearer(backEndToken))).status, 404)
  const { sessions } = (await send('/globalpci/v1/sessions', { headers: bearer(backEndToken) })).json
  assert.deepEqual(
    sessions.map(({ sessionGuid }: { sessionGuid: string }) => sessionGuid),
    [created.sessionGuid],
  )
  assert.equal((await send(ofPayments, { headers: bearer(programToken) })).status, 401)

  for (const id of [created.providerSessionGuid, created.sessionGuid]) {
    const path = `/api/v1/session/${tenant}/${id}`
    assert.equal((await send(path, { headers: bearer(programToken) })).status, 404)
    for (const verb of ['cancel', 'link']) {
      assert.equal((await post(`${path}/${verb}`, {}, bearer(programToken))).status, 404)
    }
    assert.equal((await send(path, { headers: bearer(backEndToken) })).status, 401)
  }
  const viewOf = (id: string) => `/session/${tenant}/view/${id}/framed`
  for (const [id, tokenOfOther] of [
    [Id, backEndToken],
    [Id, created.agentAccessToken],
    [created.providerSessionGuid, programToken],
    [created.providerSessionGuid, launched.json.AccessToken],
  ]) {
    assert.equal((await form(viewOf(id), { 'X-BEARER-TOKEN': tokenOfOther })).status, 401)
  }
})
