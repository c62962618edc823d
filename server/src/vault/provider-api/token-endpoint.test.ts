import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentials, startProviderApi, tenant } from './test-provider-api.ts'

test('a client’s credentials, form-encoded, are answered as contract/provider §1 says', async (t) => {
  const { askToken, clock } = await startProviderApi(t)
  const answer = await askToken()
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { access_token, refresh_token, ...rest } = answer.json()
  assert.match(access_token, /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
  assert.match(refresh_token, /^[0-9a-f]{32}$/)
  assert.deepEqual(rest, {
    token_type: 'Bearer',
    expires_in: 299,
    client_id: 'harbour-desk',
    tenantName: 'Harbour Street Books',
    '.issued': new Date(clock.now()).toUTCString(),
    '.expires': new Date(clock.now() + 299_000).toUTCString(),
  })
})

test('an access token is a JWT of its own type and audience, and refused after 299 seconds', async (t) => {
  const { tokens, launchRequest, clock } = await startProviderApi(t)
  const { access_token: token } = await tokens()
  const [header = '', claims = ''] = token.split('.')
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  assert.deepEqual(decode(header), { typ: 'provider+jwt', alg: 'HS256' })
  const { aud, sub, iat, exp } = decode(claims)
  assert.deepEqual([aud, sub, exp - iat], ['https://nam.pay.example.com/api/v1', credentials.client_id, 299])
  await clock.advance(298_999)
  assert.equal((await launchRequest(undefined, { token })).statusCode, 200)
  await clock.advance(1)
  const stale = await launchRequest(undefined, { token })
  assert.equal(stale.statusCode, 401)
  assert.equal(stale.body, 'The access token is invalid or has expired.\n')
})

test('a wrong secret is invalid_client_key; whoever may not start sessions is invalid_client', async (t) => {
  const { askToken, api, lines } = await startProviderApi(t)
  const errorOf = async (changes: Readonly<Record<string, string>>) => {
    const { statusCode, body } = await askToken(changes)
    return [statusCode, JSON.parse(body).error]
  }
  assert.deepEqual(await errorOf({ client_secret: 'another' }), [400, 'invalid_client_key'])
  assert.deepEqual(await errorOf({ client_id: 'nobody' }), [400, 'invalid_client'])
  assert.deepEqual(await errorOf({ client_id: '4111 1111 1111 1111' }), [400, 'invalid_client'])
  assert.deepEqual(await errorOf({ client_id: '4111111111111111' }), [400, 'invalid_client'])
  assert.doesNotMatch(lines.join(''), /4111/)
  assert.deepEqual(await errorOf({ tenantname: 'Harbour  Street Books' }), [400, 'invalid_client'])
  assert.deepEqual(await errorOf({ username: 'somebody' }), [400, 'invalid_client'])
  await api.clients.setDisabled('harbour-desk', true)
  assert.deepEqual(await errorOf({}), [400, 'invalid_client'])
})

test('no refusal can be mistaken for a token', async (t) => {
  const { askToken, app, form } = await startProviderApi(t)
  const url = '/api/v1/token'
  const { grant_type: _, ...withoutGrant } = credentials
  const refused = [
    await askToken({ client_secret: 'another' }),
    await askToken({ grant_type: 'refresh_token' }),
    await askToken({ tenantname: '' }),
    await form(url, withoutGrant),
    await form(url, { ...credentials, CLIENT_ID: 'twice' }),
    await form(url, { ...credentials, more: 'x'.repeat(20_000) }),
    await app.inject({ method: 'POST', url, payload: credentials }),
    await app.inject({ method: 'POST', url, headers: { 'content-type': 'text/xml' }, payload: '<a/>' }),
    await app.inject({ method: 'POST', url }),
  ]
  for (const { statusCode, body } of refused) {
    assert.ok(statusCode >= 400 && statusCode < 500, `${statusCode} ${body}`)
    assert.deepEqual(Object.keys(JSON.parse(body)), ['error', 'error_description'])
  }
})

test('ten wrong secrets from one address close the client there to more of them, for a minute', async (t) => {
  const { askToken, app, clock } = await startProviderApi(t)
  for (let tries = 0; tries < 10; tries += 1) await askToken({ client_secret: `guess ${tries}` })
  const refused = await askToken({ client_secret: 'another guess' })
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.headers['retry-after'], '60')
  assert.equal(refused.json().error, 'temporarily_unavailable')
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/api/v1/token',
    remoteAddress: '203.0.113.9',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ ...credentials, client_secret: 'a guess' }).toString(),
  })
  assert.equal(elsewhere.json().error, 'invalid_client_key')
  await clock.advance(60_000)
  assert.equal((await askToken({ client_secret: 'a guess' })).json().error, 'invalid_client_key')
})

test('a right secret is let in, whatever others did: wrong ones from 11 networks, and names of nobody', async (t) => {
  const { app, askToken } = await startProviderApi(t)
  const askFrom = (remoteAddress: string, changes: Readonly<Record<string, string>> = {}) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/token',
      remoteAddress,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...credentials, ...changes }).toString(),
    })
  for (let network = 0; network < 11; network += 1) {
    for (let tries = 0; tries < 10; tries += 1) {
      await askFrom(`198.51.100.${network}`, { client_secret: 'a guess' })
    }
  }
  assert.equal((await askFrom('203.0.113.9', { client_secret: 'a guess' })).statusCode, 429)
  assert.equal((await askFrom('203.0.113.9')).statusCode, 200)
  assert.equal((await askFrom('198.51.100.3')).statusCode, 200)
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await askFrom('203.0.113.7', { client_id: `nobody-${tries}` })
    assert.equal(answer.json().error, 'invalid_client')
  }
  assert.equal((await askFrom('203.0.113.7', { client_id: 'nobody' })).statusCode, 429)
  assert.equal((await askFrom('203.0.113.7')).statusCode, 200)
  assert.equal((await askToken()).statusCode, 200)
})

test('what is closed to wrong secrets is closed after a restart, and a right one is let in', async (t) => {
  const { askToken, restart } = await startProviderApi(t)
  const guess = { client_secret: 'a guess' }
  for (let tries = 0; tries < 10; tries += 1) await askToken(guess)
  await restart()
  assert.equal((await askToken(guess)).statusCode, 429)
  assert.equal((await askToken()).statusCode, 200)
})

test('a rotated secret is good at once, and the former one for another day', async (t) => {
  const { askToken, api, clock } = await startProviderApi(t)
  const secret = await api.clients.rotateSecret('harbour-desk', 'for-a-day')
  assert.ok(secret)
  assert.equal((await askToken({ client_secret: secret })).statusCode, 200)
  assert.equal((await askToken()).statusCode, 200)
  await clock.leap(24 * 3_600_000)
  assert.equal((await askToken()).json().error, 'invalid_client_key')
  assert.equal((await askToken({ client_secret: secret })).statusCode, 200)
  const another = await api.clients.rotateSecret('harbour-desk', 'ends')
  assert.equal((await askToken({ client_secret: secret })).json().error, 'invalid_client_key')
  assert.equal((await askToken({ client_secret: another ?? '' })).statusCode, 200)
  assert.equal(await api.clients.rotateSecret('nobody', 'ends'), undefined)
})

test('a secret is nowhere but with its client: not in the database, not in the log', async (t) => {
  const { askToken, store, lines } = await startProviderApi(t)
  const { refresh_token, access_token } = (await askToken()).json()
  await askToken({ client_secret: 'a-wrong-secret' })
  const all = store.prepare((db, _: object) => db.selectFrom('provider_client').selectAll())
  const [row] = await all.all(store.reader, {})
  assert.equal(row?.tenant_id, tenant)
  assert.equal(row?.secret_sha256.length, 32)
  for (const secret of [credentials.client_secret, 'a-wrong-secret', refresh_token, access_token]) {
    assert.ok(!JSON.stringify(row).includes(secret))
    assert.ok(!lines.join('').includes(secret))
  }
})

test('a token request is read in the charset that it declares, and without the line end after it', async (t) => {
  const { app, form } = await startProviderApi(t)
  const encoded = new URLSearchParams(credentials).toString()
  const ask = (payload: Buffer, charset: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/token',
      headers: { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` },
      payload,
    })
  for (const [payload, charset] of [
    [Buffer.from(`${encoded}\r\n`), 'utf-8'],
    [Buffer.from(`${encoded}\n`, 'latin1'), 'ISO-8859-1'],
    [Buffer.from(`${encoded}\r\n`, 'utf16le'), 'utf-16'],
  ] as const) {
    assert.equal((await ask(payload, charset)).statusCode, 200, charset)
  }
  const refused = await ask(Buffer.from(encoded), 'x-other')
  assert.equal(refused.statusCode, 415)
  assert.deepEqual(refused.json(), {
    error: 'invalid_request',
    error_description: "The charset 'x-other' is not supported. Send the body in UTF-8.",
  })
  assert.equal((await form('/api/v1/token', credentials)).statusCode, 200)
})
