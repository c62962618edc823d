import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from './test-tonegate.ts'

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
