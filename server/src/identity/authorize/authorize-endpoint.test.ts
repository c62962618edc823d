import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { Store } from '../../store/store.ts'
import { nam, readJwt } from '../test-identity.ts'
import { codeChallenge, readAnswer, readForm, redirectUri, startAuthorize } from './test-authorize.ts'

const minute = 60_000

/** What is kept of a code. */
function prepareFindCode(store: Store) {
  const find = store.prepare((db, p: { sha256: Uint8Array }) =>
    db.selectFrom('authorization_code').selectAll().where('sha256', '=', p.sha256),
  )
  return (code: string | undefined) =>
    find.first(store.reader, { sha256: hash('sha256', code ?? '', 'buffer') })
}

test('somebody signs in and goes back with a code, the state and the issuer (RFC-9, RFC-40, RFC-49)', async (t) => {
  const { browser, urlOf, password, store, clientId, userId, clock } = await startAuthorize(t)
  const ada = browser()
  const page = await ada.visit(urlOf({ nonce: 'n', dpop_jkt: 'k'.repeat(43) }))
  assert.equal(page.statusCode, 200)
  const signedIn = await ada.submit(page, { username: 'ada', password })
  assert.equal(signedIn.statusCode, 303)
  const answer = readAnswer(await ada.visit(String(signedIn.headers.location)))
  const { code = '', ...rest } = answer.members
  assert.deepEqual(
    { ...answer, members: rest },
    { status: 303, uri: redirectUri, mark: '?', members: { state: 'xyz', iss: nam.issuer } },
  )
  assert.match(code, /^[A-Za-z0-9_-]{40,}$/)
  const row = await prepareFindCode(store)(code)
  assert.ok(row)
  const { client_id, user_id, redirect_uri, redirect_uri_sent, scope, nonce, key_thumbprint } = row
  assert.deepEqual(
    [client_id, user_id, redirect_uri, redirect_uri_sent, scope, nonce, key_thumbprint],
    [clientId, userId, redirectUri, 1, 'globalpci', 'n', 'k'.repeat(43)],
  )
  assert.equal(row.authenticated_at, clock.now())
})

test('the challenge is kept with the code (RFC-28)', async (t) => {
  const { signedIn, urlOf, store } = await startAuthorize(t)
  const { members } = readAnswer(await (await signedIn()).visit(urlOf()))
  assert.equal((await prepareFindCode(store)(members.code))?.code_challenge, codeChallenge)
})

test('whoever is signed in is not asked again, by GET or by POST, in either case of the path', async (t) => {
  const { signedIn, urlOf, parameters } = await startAuthorize(t)
  const ada = await signedIn()
  const answers = [
    await ada.visit(urlOf()),
    await ada.visit(urlOf().replace('/auth/connect/authorize', '/Auth/Connect/Authorize')),
    await ada.post('/auth/connect/authorize?client_id=ignored', parameters()),
  ]
  const codes = new Set(answers.map((answer) => readAnswer(answer).members.code))
  assert.equal(codes.size, 3)
  assert.ok(!codes.has(undefined))
})

test('a request without a state is answered without one (RFC-9)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const { members } = readAnswer(await (await signedIn()).visit(urlOf({ state: '' })))
  assert.deepEqual(Object.keys(members), ['code', 'iss'])
})

test('the redirect URI may be left out when there is but one, and that is remembered (RFC-12)', async (t) => {
  const { signedIn, urlOf, store, createClient } = await startAuthorize(t)
  const ada = await signedIn()
  const answer = readAnswer(await ada.visit(urlOf({ redirect_uri: null })))
  assert.equal(answer.uri, redirectUri)
  assert.equal((await prepareFindCode(store)(answer.members.code))?.redirect_uri_sent, 0)
  const two = { redirectUris: [redirectUri, 'https://b.example/cb'], flows: ['authorization_code'] } as const
  const { clientId } = await createClient(two)
  const page = await ada.visit(urlOf({ redirect_uri: null, client_id: clientId }))
  assert.equal(page.statusCode, 400)
  assert.equal(page.headers.location, undefined)
})

test('no other site frames, reads or is told of the pages, and nothing keeps them (RFC-19, RFC-47, RFC-48, RFC-52)', async (t) => {
  const { signedIn, browser, urlOf } = await startAuthorize(t)
  const origin = { origin: 'https://desktop.example.com' }
  for (const [status, answer] of [
    [200, await browser().visit(urlOf(), { headers: origin })],
    [303, await (await signedIn()).visit(urlOf(), { headers: origin })],
    [200, await (await signedIn()).visit(urlOf({ response_mode: 'form_post' }), { headers: origin })],
    [400, await browser().visit(urlOf({ client_id: 'x' }), { headers: origin })],
    [303, await browser().visit(urlOf({ scope: 'x' }), { headers: origin })],
  ] as const) {
    const { headers, statusCode } = answer
    assert.equal(statusCode, status)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-frame-options'], 'deny')
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|\*/)
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
})

test('a page is not prepared by HEAD, which would spend a code', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const answer = await (await signedIn()).visit(urlOf(), { method: 'HEAD' })
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.headers.allow, 'GET, POST')
})

test('with what another site posts no cookie comes, so that it is asked for by GET', async (t) => {
  const { browser, signedIn, parameters } = await startAuthorize(t)
  const crossSite = { 'sec-fetch-site': 'cross-site' }
  const answer = await browser().post('/auth/connect/authorize', parameters(), crossSite)
  assert.equal(answer.statusCode, 303)
  const location = String(answer.headers.location)
  assert.ok(location.startsWith('/auth/connect/authorize?'))
  assert.ok(readAnswer(await (await signedIn()).visit(location)).members.code)
})

test('a request that is posted is answered by a page that Back and a reload can load', async (t) => {
  const { browser, signedIn, urlOf, parameters } = await startAuthorize(t)
  const nobody = browser()
  const answer = await nobody.post('/auth/connect/authorize', parameters())
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, urlOf()])
  assert.match((await nobody.visit(urlOf())).body, /id="password"/)
  const asked = await (await signedIn('zoe')).post(
    '/auth/connect/authorize',
    parameters({ prompt: 'consent' }),
  )
  assert.deepEqual([asked.statusCode, asked.headers.location], [303, urlOf({ prompt: 'consent' })])
})

test('a token comes in the fragment, with all that belongs to it and no refresh token (RFC-15)', async (t) => {
  const { signedIn, urlOf, userId, clientId, account } = await startAuthorize(t)
  const answer = readAnswer(await (await signedIn()).visit(urlOf({ response_type: 'token' })))
  const { access_token = '', ...rest } = answer.members
  assert.deepEqual([answer.status, answer.uri, answer.mark], [303, redirectUri, '#'])
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: '3600', state: 'xyz', iss: nam.issuer })
  const { claims } = readJwt(access_token)
  assert.deepEqual(
    [claims.sub, claims.client_id, claims.account, claims.agent_id, claims.scope],
    [userId, clientId, account.id, 'agent12345', 'globalpci'],
  )
  assert.match(claims.jti, /^[0-9a-f-]{36}$/)
})

test('offline_access means nothing with a token, and the scope says so (RFC-15)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  const { members } = readAnswer(
    await ada.visit(urlOf({ response_type: 'token', scope: 'globalpci offline_access' })),
  )
  assert.equal(members.scope, 'globalpci')
  assert.equal(members.refresh_token, undefined)
  assert.equal(readJwt(members.access_token ?? '').claims.scope, 'globalpci')
  const alone = readAnswer(await ada.visit(urlOf({ response_type: 'token', scope: 'offline_access' })))
  assert.equal(alone.members.error, 'invalid_scope')
})

test('the implicit flow is warned of once a day for each client (RFC-43)', async (t) => {
  const { signedIn, urlOf, lines, clock, clientId } = await startAuthorize(t)
  const warnings = () => lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40)
  const askForToken = async () => {
    const { members } = readAnswer(await (await signedIn()).visit(urlOf({ response_type: 'token' })))
    assert.ok(members.access_token)
  }
  await askForToken()
  await askForToken()
  await clock.leap(24 * 60 * minute - 1)
  await askForToken()
  assert.deepEqual(
    warnings().map((warning) => [warning.clientId, warning.flow]),
    [[clientId, 'implicit']],
  )
  await clock.advance(1)
  await askForToken()
  assert.equal(warnings().length, 2)
})

test('the client may choose the fragment or a form for a code, and never the query for a token (RFC-15)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  assert.equal(readAnswer(await ada.visit(urlOf({ response_mode: 'query' }))).mark, '?')
  assert.equal(readAnswer(await ada.visit(urlOf({ response_mode: 'fragment' }))).mark, '#')
  for (const response_type of ['code', 'token']) {
    const posted = readForm((await ada.visit(urlOf({ response_type, response_mode: 'form_post' }))).body)
    assert.equal(posted.action, redirectUri)
    assert.ok(posted.fields.code ?? posted.fields.access_token)
    assert.equal(posted.fields.state, 'xyz')
    assert.equal(posted.fields.iss, nam.issuer)
  }
  const refused = readAnswer(await ada.visit(urlOf({ response_type: 'token', response_mode: 'query' })))
  assert.deepEqual([refused.mark, refused.members.error], ['#', 'invalid_request'])
})

test('the port of a loopback address is the one that the app asked for (RFC-42)', async (t) => {
  const { signedIn, urlOf, createClient, store } = await startAuthorize(t)
  const { clientId } = await createClient({
    clientType: 'public',
    flows: ['authorization_code'],
    redirectUris: ['http://127.0.0.1/cb'],
  })
  const uri = 'http://127.0.0.1:51004/cb'
  const ada = await signedIn()
  const answer = readAnswer(await ada.visit(urlOf({ client_id: clientId, redirect_uri: uri })))
  assert.equal(answer.uri, uri)
  assert.equal((await prepareFindCode(store)(answer.members.code))?.redirect_uri, uri)
})
