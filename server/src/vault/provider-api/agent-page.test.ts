import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentials, startProviderApi } from './test-provider-api.ts'

const view = (id: string, more = '/framed', tenant = 7) => `/session/${tenant}/view/${id}${more}`

const fields = ({ access_token, refresh_token }: { access_token: string; refresh_token: string }) => ({
  'X-BEARER-TOKEN': access_token,
  'X-REFRESH-TOKEN': refresh_token,
})

test('a form with the tokens of /api/v1/token opens the agent’s page, framed and full (contract/provider §3)', async (t) => {
  const { launched, tokens, openView } = await startProviderApi(t)
  const pair = await tokens()
  const { Id } = await launched(undefined, { token: pair.access_token })
  for (const path of [view(Id), view(Id, '')]) {
    const page = await openView(path, fields(pair))
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /id="view-data"/)
    assert.equal(page.headers['x-frame-options'], undefined)
    const policy = String(page.headers['content-security-policy'])
    assert.match(policy, /frame-ancestors https:\/\/desk\.example\.com;/)
    assert.ok(!page.body.includes(pair.access_token) && !page.body.includes(pair.refresh_token))
  }
})

test('the same two as request headers open it too', async (t) => {
  const { launched, tokens, app } = await startProviderApi(t)
  const { Id } = await launched()
  const page = await app.inject({ url: view(Id), headers: fields(await tokens()) })
  assert.equal(page.statusCode, 200)
})

test('a later token of the same tenant opens it; after 299 seconds its refresh token does, once', async (t) => {
  const { launched, tokens, form, openView, clock } = await startProviderApi(t)
  const first = await tokens()
  const { Id } = await launched(undefined, { token: first.access_token })
  await clock.advance(300_000)
  const stale = { ...fields(first), 'X-REFRESH-TOKEN': '0'.repeat(32) }
  assert.equal((await form(view(Id), stale)).statusCode, 401)
  assert.equal((await openView(view(Id), fields(first))).statusCode, 200)
  assert.equal((await form(view(Id), fields(first))).statusCode, 401)
  assert.equal((await openView(view(Id), fields(await tokens()))).statusCode, 200)
})

test('the session’s own tokens go on working', async (t) => {
  const { launched, openView } = await startProviderApi(t)
  const { Id, AccessToken, RefreshToken } = await launched()
  const pair = { access_token: AccessToken, refresh_token: RefreshToken }
  assert.equal((await openView(view(Id), fields(pair))).statusCode, 200)
  assert.equal((await openView(view(Id), fields({ ...pair, access_token: 'x' }))).statusCode, 200)
})

test('tokens of another tenant, or of a client that was disabled, open nothing', async (t) => {
  const { launched, tokens, form, api } = await startProviderApi(t)
  const { Id } = await launched()
  await api.clients.create({
    clientId: 'other-desk',
    clientSecret: credentials.client_secret,
    tenant: 8,
    tenantName: credentials.tenantname,
    username: 'other',
  })
  const others = await tokens({ client_id: 'other-desk', username: 'other' })
  assert.equal((await form(view(Id), fields(others))).statusCode, 401)
  assert.equal((await form(view(Id, '/framed', 8), fields(others))).statusCode, 404)
  const own = await tokens()
  await api.clients.setDisabled('harbour-desk', true)
  assert.equal((await form(view(Id), fields(own))).statusCode, 401)
})

test('an expired or unknown session answers with X-Frame-Options: deny', async (t) => {
  const { launched, tokens, form } = await startProviderApi(t)
  const pair = await tokens()
  const { Id, capture } = await launched(undefined, { token: pair.access_token })
  await capture.cancel()
  for (const id of [Id, '0198a1b2-0000-7000-8000-000000000001', 'x']) {
    const page = await form(view(id), fields(pair))
    assert.equal(page.statusCode, 404)
    assert.equal(page.headers['x-frame-options'], 'deny')
  }
})

test('a token of the API is none of the agent view’s, nor the other way round', async (t) => {
  const { launched, tokens, json } = await startProviderApi(t)
  const { Id, AccessToken } = await launched()
  const { access_token: token } = await tokens()
  assert.equal((await json(`${view(Id, '')}/commands`, { command: 'cancel' }, { token })).statusCode, 401)
  const launch = { FlowId: 695, InitialValues: {} }
  assert.equal((await json('/api/v1/session/7/launch', launch, { token: AccessToken })).statusCode, 401)
})
