import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { credentials, flows, html, json, type Reply, tenantId } from './test-provider.ts'
import { startRemote, writtenConfiguration } from './test-remote-provider.ts'

const launchPath = `/api/v1/session/${tenantId}/launch`

test('a session is opened at PCI Pal, and what opens its page is handed on', async (t) => {
  const { open, provider, get, callbackUrl } = await startRemote(t)
  const session = await open()
  const [launch] = provider.launches
  assert.equal(session.providerSessionGuid, launch?.id)
  assert.deepEqual(launch?.initialValues, {
    orderReference: 'order-1001',
    orderAmount: '1240',
    orderCurrency: 'GBP',
    sessionGuid: session.sessionGuid,
    customer: 'John Smith',
    callback: callbackUrl().replace(/^http:\/\/[^/]+/, new URL(launch?.initialValues.callback ?? '').origin),
  })
  assert.equal(
    session.iframeUrl,
    `${provider.baseUrl}/session/${tenantId}/view/${session.providerSessionGuid}/framed`,
  )
  const [request] = provider.to(launchPath)
  assert.equal(request?.headers.authorization, `Bearer ${session.agentAccessToken}`)
  assert.match(session.agentRefreshToken, /^[0-9a-f]{32}$/)
  assert.equal(session.paymentFormUrl, '')
  assert.equal(JSON.parse(request?.body ?? '').FlowId, flows.agentAssist)
  assert.equal((await get(session.sessionGuid)).sessionState, 'Created')
})

test('the token is asked for by a form, with the secret that the configuration names', async (t) => {
  const { open, provider } = await startRemote(t)
  await open()
  const [request] = provider.to('/api/v1/token')
  assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
    grant_type: 'client_credentials',
    tenantname: credentials.tenantName,
    username: credentials.username,
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
  })
})

test('a digital session has a flow of its own; without one it is refused', async (t) => {
  const { open, create, configure, provider, clock } = await startRemote(t)
  await open({}, 'digitalsession')
  assert.equal(JSON.parse(provider.to(launchPath)[0]?.body ?? '').FlowId, flows.digital)
  await configure(writtenConfiguration(provider, { flowId: { agentAssist: 695 } }))
  await clock.advance(1500)
  const refused = await create({}, 'digitalsession')
  assert.equal(refused.status, 400)
  assert.equal(refused.json.errors[0].path, '/accountConfigurationId')
})

test('the page may be elsewhere, and a page of its own', async (t) => {
  const changes = { view: 'full', viewBaseUrl: 'https://euwest1.example.com/' }
  const { open } = await startRemote(t, { changes })
  const session = await open()
  assert.equal(
    session.iframeUrl,
    `https://euwest1.example.com/session/${tenantId}/view/${session.providerSessionGuid}`,
  )
})

test('two agents never have the same pair of tokens', async (t) => {
  const { open } = await startRemote(t)
  const [one, other] = [await open(), await open()]
  assert.notEqual(one.agentAccessToken, other.agentAccessToken)
  assert.notEqual(one.agentRefreshToken, other.agentRefreshToken)
})

test('another vault says where its pages are, and has tokens for them; its API token is asked for once', async (t) => {
  const { open, provider, clock } = await startRemote(t, { kind: 'tonegate' })
  const sessions = await Promise.all([open(), open(), open()])
  for (const session of sessions) {
    const id = session.providerSessionGuid
    assert.equal(session.iframeUrl, `https://pay.example.com/session/${tenantId}/view/${id}/framed`)
    assert.equal(session.paymentFormUrl, `https://pay.example.com/pay/${id}`)
    assert.equal(session.agentAccessToken, `view.${id}.token`)
    assert.equal(session.agentRefreshToken, 'f'.repeat(32))
  }
  assert.equal(provider.tokenRequests(), 1)
  await clock.leap(268_000)
  await open()
  assert.equal(provider.tokenRequests(), 1)
  await clock.leap(2_000)
  await open()
  assert.equal(provider.tokenRequests(), 2)
})

for (const kind of ['pci-pal', 'tonegate'] as const) {
  test(`a token that ${kind} takes no more is replaced, once`, async (t) => {
    const { open, create, provider } = await startRemote(t, { kind })
    await open()
    let refusals = 1
    provider.behaviour.launch = () => (refusals-- > 0 ? { status: 401, body: '' } : undefined)
    const before = provider.tokenRequests()
    const session = await open()
    assert.equal(session.providerSessionGuid, provider.launches.at(-1)?.id)
    const ofItsOwn = kind === 'pci-pal' ? 1 : 0
    assert.equal(provider.tokenRequests() - before, 1 + ofItsOwn)
    refusals = 2
    const refused = await create()
    assert.equal(refused.status, 502)
    assert.equal(provider.launches.length, 2)
  })
}

for (const [error, reply] of [
  ['invalid_client', json(400, { error: 'invalid_client' })],
  ['invalid_client_key', json(400, { error: 'invalid_client_key', access_token: null, expires_in: 299 })],
  ['invalid_client', json(200, { error: 'invalid_client', access_token: 'a-token-that-is-none-at-all' })],
  ['unknown_error', json(400, { error: credentials.clientSecret })],
  ['unknown_error', json(400, { error: { code: 4 }, access_token: 'a-token-that-is-none-at-all' })],
  ['status 403', { status: 403, body: 'Forbidden' }],
  ['no token', html],
  ['no token', json(200, { access_token: 'short' })],
  ['no token', json(200, { access_token: 'a token with\r\nspaces in it' })],
  ['no token', json(200, [])],
] as const satisfies readonly (readonly [string, Reply])[]) {
  const given = typeof reply === 'object' ? `${reply.status} ${reply.body.slice(0, 40)}` : reply
  test(`a token endpoint that answers ${given} has refused with '${error}'`, async (t) => {
    const { create, provider, lines } = await startRemote(t)
    provider.behaviour.token = () => reply
    const answer = await create()
    assert.equal(answer.status, 502)
    assert.equal(
      answer.json.detail,
      `Provider's authorization endpoint returned error message '${error}'. ` +
        "Check the provider's credentials in account configuration 30.",
    )
    assert.equal(provider.launches.length, 0)
    assert.doesNotMatch(answer.text + lines.join(), /Zx81-very-secret|a-token-that-is-none/)
  })
}

test('a secret that the account does not have is named, and the provider is not asked', async (t) => {
  const { create, provider, configure, clock } = await startRemote(t)
  await configure(writtenConfiguration(provider, { clientSecret: 'not-there' }))
  await clock.advance(1500)
  const answer = await create()
  assert.equal(answer.status, 502)
  assert.match(answer.json.detail, /names the secret 'not-there', which the account does not have/)
  assert.equal(provider.got.length, 0)
})

for (const [what, reply, detail] of [
  [
    'does not know the flow',
    { status: 400, body: 'Flow identifier NOT FOUND: 695' },
    /does not know the flow 695/,
  ],
  ['answers HTML', html, /refused to open a session/],
  [
    'answers 200 with an error inside',
    json(200, { error: 'no licence', Id: '0' }),
    /refused to open a session/,
  ],
  ['answers without an id', json(200, { LinkId: '1' }), /unexpected answer instead of a new session/],
  [
    'answers an id that is no GUID',
    json(200, { Id: '../../x' }),
    /unexpected answer instead of a new session/,
  ],
  ['redirects', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, /refused to open/],
] as const satisfies readonly (readonly [string, Reply, RegExp])[]) {
  test(`a provider that ${what} at a launch has refused, and nothing is stored`, async (t) => {
    const { create, provider, store } = await startRemote(t)
    provider.behaviour.launch = () => reply
    const answer = await create()
    assert.equal(answer.status, 502)
    assert.match(answer.json.detail, detail)
    const rows = store.prepare((db, _: object) => db.selectFrom('payment_session').select('guid'))
    assert.deepEqual(await rows.all(store.reader, {}), [])
  })
}

test('a provider that writes a byte order mark before all that it answers is understood', async (t) => {
  const { open, resend, get, provider } = await startRemote(t, { kind: 'tonegate' })
  provider.behaviour.before = '\ufeff'
  const session = await open({}, 'digitalsession')
  assert.equal(session.paymentFormUrl, `https://pay.example.com/pay/${session.providerSessionGuid}`)
  assert.equal(
    (await resend(session.sessionGuid, { to: '+447700900123' })).json.paymentFormUrl,
    'https://pay.example.com/new',
  )
  assert.ok(provider.got.length > 2)
  assert.equal((await get(session.sessionGuid)).sessionState, 'Created')
})

test('an address of a page that contains a card number is none', async (t) => {
  const { create, provider } = await startRemote(t, { kind: 'tonegate' })
  const Id = '01990000-0000-7000-8000-000000000009'
  const page = 'https://pay.example.com/4539/8000/0007/0008'
  provider.behaviour.launch = () => json(200, { Id, ViewUrl: page, PaymentFormUrl: page })
  const { text, status } = await create()
  assert.equal(status, 200)
  assert.doesNotMatch(text, /8000\/0007/)
})

for (const [what, step, reply, seconds] of [
  ['closes the connection', 'token', 'closes', '5'],
  ['closes the connection', 'launch', 'closes', '5'],
  ['fails', 'launch', { status: 500, body: '' }, '5'],
  ['has too much to do', 'token', json(429, {}, { 'retry-after': '17' }), '17'],
  ['wants us to wait for years', 'launch', json(503, {}, { 'retry-after': '99999999' }), '300'],
  [
    'says until when by its own clock',
    'launch',
    json(503, {}, { 'retry-after': 'Thu, 15 Jan 2009 09:31:00 GMT', date: 'Thu, 15 Jan 2009 09:30:00 GMT' }),
    '60',
  ],
  ['answers megabytes', 'token', { status: 200, body: 'x'.repeat(1_000_000) }, '5'],
] as const satisfies readonly (readonly [string, 'token' | 'launch', Reply, string])[]) {
  test(`a provider that ${what} at the ${step} is unavailable for ${seconds} seconds`, async (t) => {
    const { create, provider } = await startRemote(t)
    provider.behaviour[step] = () => reply
    const answer = await create()
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), seconds)
  })
}

test('a provider that does not answer is waited for ten seconds', async (t) => {
  const { create, provider, clock } = await startRemote(t)
  provider.behaviour.launch = () => 'waits'
  const answered = create()
  await eventually(async () => provider.to(launchPath).length > 0)
  await clock.advance(10_000)
  const answer = await answered
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
})

test('a provider that is not there is unavailable', async (t) => {
  const { create, provider } = await startRemote(t)
  provider.stop()
  assert.equal((await create()).status, 503)
})

test('a session that was answered twice is not opened again, and the first is left as it is', async (t) => {
  const { open, create, get, provider, row, logged } = await startRemote(t)
  const first = await open()
  provider.behaviour.launch = () => json(200, { Id: first.providerSessionGuid, LinkId: '1' })
  const answer = await create()
  assert.equal(answer.status, 502)
  assert.match(answer.json.detail, /a session that it had already opened/)
  assert.equal((await get(first.sessionGuid)).sessionState, 'Created')
  assert.equal((await row(first.providerSessionGuid))?.session_guid, first.sessionGuid)
  assert.ok(logged('error').some((text) => /with a session that already exists/.test(text)))
})

test("a provider cannot take over a session of the vault's own", async (t) => {
  const { create, open, get, provider, cancel } = await startRemote(t)
  const own = await open({ accountConfigurationId: 0 })
  provider.behaviour.launch = () => json(200, { Id: own.providerSessionGuid, LinkId: '1' })
  assert.equal((await create()).status, 502)
  assert.equal((await get(own.sessionGuid)).sessionState, 'Created')
  assert.equal((await cancel(own.sessionGuid)).json.sessionState, 'Cancelled')
})

test('another provider has the telephone: no call is needed, and one that is reported has one session', async (t) => {
  const { create, tonegate } = await startRemote(t)
  const withoutCall = await create({ skipCallTransfer: false })
  assert.equal(withoutCall.status, 200)
  const call = (await tonegate.post('/sandbox/calls', { agentId: 'agent12345' })).json
  const answer = await create({ skipCallTransfer: false })
  assert.equal(answer.status, 200)
  const again = await create({ skipCallTransfer: false })
  assert.equal(again.status, 409)
  assert.equal(again.json.sessionGuid, answer.json.sessionGuid)
  assert.ok(call.callGuid)
})

test('an address on a private network is not asked unless the configuration allows it', async (t) => {
  const { create, configure, provider, clock } = await startRemote(t)
  const changes = { baseUrl: 'https://10.11.12.13', privateAddresses: 'refused' }
  await configure(writtenConfiguration(provider, changes))
  await clock.advance(1500)
  assert.equal((await create()).status, 503)
})
