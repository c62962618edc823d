import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { nam } from '../test-identity.ts'
import { authorizePath, codeChallenge, readAnswer, redirectUri, startAuthorize } from './test-authorize.ts'

test('while client or redirect URI is bad, the person is told and sent nowhere (RFC-8)', async (t) => {
  const { signedIn, urlOf, createClient, disableClient, clock } = await startAuthorize(t)
  const order = { flows: ['authorization_code'], redirectUris: [redirectUri] } as const
  const disabled = await createClient(order)
  await disableClient(disabled.clientId)
  const without = await createClient({ flows: ['authorization_code'] })
  await clock.advance(1000)
  const ada = await signedIn()
  for (const url of [
    ...[authorizePath, urlOf({ client_id: null }), urlOf({ client_id: '' }), urlOf({ client_id: 'x' })],
    urlOf({ client_id: '00000000-0000-7000-8000-000000000000' }),
    ...[urlOf({ client_id: disabled.clientId }), urlOf({ client_id: without.clientId })],
    urlOf({ client_id: without.clientId, redirect_uri: null }),
    ...[`${urlOf()}&client_id=x`, `${urlOf({ client_id: null })}&client_id=&client_id=x`],
    ...[`${urlOf()}&redirect_uri=${encodeURIComponent(redirectUri)}`, `${urlOf()}&redirect_uri=`],
    ...[urlOf({ redirect_uri: 'x' }), urlOf({ redirect_uri: 'https://evil.example/cb', scope: null })],
  ]) {
    const answer = await ada.visit(url)
    assert.equal(answer.statusCode, 400, url)
    assert.equal(answer.headers.location, undefined, url)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.ok(!answer.body.includes('evil.example'))
  }
})

const refusals = {
  'response_type is missing': [{ response_type: null }, 'invalid_request'],
  'response_type is unknown': [{ response_type: 'none' }, 'unsupported_response_type'],
  'a request object': [{ request: 'eyJ' }, 'request_not_supported'],
  'a request by reference': [{ request_uri: 'https://a.example/r' }, 'request_uri_not_supported'],
  'response_mode is unknown': [{ response_mode: 'web_message' }, 'invalid_request'],
  'scope is missing': [{ scope: null }, 'invalid_scope', 'You must specify a scope'],
  'scope is unknown': [{ scope: 'globalpci nope' }, 'invalid_scope', "'nope' is an invalid scope"],
  'scope was not given': [
    { scope: 'admin:write' },
    'invalid_scope',
    "'admin:write' is an invalid scope for this client. Allowed scopes: globalpci users:read openid offline_access. Omit the others, or ask an administrator to add them.",
  ],
  'scope is not text': [{ scope: '"\r\nü' }, 'invalid_scope', "'????' is an invalid scope"],
  'no challenge (RFC-28)': [
    { code_challenge: null, code_challenge_method: null },
    'invalid_request',
    'code challenge required',
  ],
  'a method without challenge (RFC-28)': [
    { code_challenge: '' },
    'invalid_request',
    'code challenge required',
  ],
  'no method, which is plain (RFC-29)': [{ code_challenge_method: null }, 'invalid_request'],
  'plain (RFC-29)': [{ code_challenge_method: 'plain' }, 'invalid_request'],
  'another method (RFC-28)': [{ code_challenge_method: 's256' }, 'invalid_request'],
  'a short challenge (RFC-27)': [{ code_challenge: codeChallenge.slice(1) }, 'invalid_request'],
  'a long challenge (RFC-27)': [{ code_challenge: `${codeChallenge}A` }, 'invalid_request'],
  'a padded challenge (RFC-27)': [{ code_challenge: `${codeChallenge.slice(1)}=` }, 'invalid_request'],
  'a nonce with U+0000': [{ nonce: 'a\u0000b' }, 'invalid_request'],
  'a long nonce': [{ nonce: 'n'.repeat(513) }, 'invalid_request'],
  'a malformed dpop_jkt': [{ dpop_jkt: 'x' }, 'invalid_request'],
  'none with another prompt': [{ prompt: 'none login' }, 'invalid_request'],
  'an unknown prompt': [{ prompt: 'create' }, 'invalid_request'],
  'a negative max_age': [{ max_age: '-1' }, 'invalid_request'],
  'a max_age of words': [{ max_age: '1e3' }, 'invalid_request'],
} as const

test('what is wrong is told to the client, with state and issuer, before anybody is asked anything (RFC-9, RFC-10, RFC-40)', async (t) => {
  const { browser, urlOf, parameters } = await startAuthorize(t)
  for (const [what, [changes, error, description]] of Object.entries(refusals)) {
    await t.test(`${what}: ${error}`, async () => {
      for (const response of [
        await browser().visit(urlOf(changes)),
        await browser().post(authorizePath, parameters(changes)),
      ]) {
        const { status, uri, mark, members } = readAnswer(response)
        const { error_description = 'none', ...rest } = members
        assert.deepEqual({ status, uri, mark }, { status: 303, uri: redirectUri, mark: '?' })
        assert.deepEqual(rest, { error, state: 'xyz', iss: nam.issuer })
        assert.match(error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
        if (description !== undefined) assert.equal(error_description, description)
      }
    })
  }
})

test('what is refused of a request for a token is in the fragment (RFC-16)', async (t) => {
  const { browser, urlOf } = await startAuthorize(t)
  for (const [changes, error] of [
    [{ scope: 'nope' }, 'invalid_scope'],
    [{ response_mode: 'query' }, 'invalid_request'],
    [{ prompt: 'none' }, 'login_required'],
    [{ response_type: 'id_token token' }, 'unsupported_response_type'],
    [{ response_type: 'code token' }, 'unsupported_response_type'],
  ] as const) {
    const { mark, members } = readAnswer(await browser().visit(urlOf({ response_type: 'token', ...changes })))
    assert.deepEqual([mark, members.error, members.iss], ['#', error, nam.issuer])
  }
})

test('a client has the flows that it was registered for, and no others (RFC-10)', async (t) => {
  const { browser, urlOf, createClient } = await startAuthorize(t)
  const order = { clientType: 'public', redirectUris: [redirectUri] } as const
  for (const [flows, response_type, dpopBound] of [
    [['authorization_code'], 'token', false],
    [['implicit'], 'code', false],
    [[], 'code', false],
    [['implicit', 'authorization_code'], 'token', true],
  ] as const) {
    const { clientId } = await createClient({ ...order, flows, dpopBound })
    const { members } = readAnswer(await browser().visit(urlOf({ client_id: clientId, response_type })))
    assert.equal(members.error, 'unauthorized_client')
  }
})

test('a parameter that came twice is refused, and no state that did is sent back (RFC-3, RFC-10)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const ada = await signedIn()
  for (const twice of ['scope=globalpci', 'response_type=code', 'code_challenge=', 'unknown=1&unknown=2']) {
    const { members, uri } = readAnswer(await ada.visit(`${urlOf()}&${twice}`))
    assert.deepEqual([members.error, members.state, uri], ['invalid_request', 'xyz', redirectUri], twice)
  }
  const { members } = readAnswer(await ada.visit(`${urlOf()}&state=abc`))
  assert.deepEqual([members.error, members.state], ['invalid_request', undefined])
})

test('a confidential client may leave the challenge out, but not half of it (RFC-28)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t, { clientType: 'confidential' })
  const ada = await signedIn()
  const without = { code_challenge: null, code_challenge_method: null }
  assert.ok(readAnswer(await ada.visit(urlOf(without))).members.code)
  const half = { code_challenge: null, code_challenge_method: 'S256' }
  assert.equal(readAnswer(await ada.visit(urlOf(half))).members.error, 'invalid_request')
})

test('unknown parameters and claims are ignored, and empty ones count as absent (RFC-3)', async (t) => {
  const { signedIn, urlOf } = await startAuthorize(t)
  const changes = {
    claims: '{"a":1}',
    audience: 'x',
    request: '',
    prompt: '',
    max_age: '',
    response_mode: '',
  }
  assert.ok(readAnswer(await (await signedIn()).visit(urlOf(changes))).members.code)
})

test('a form is posted to no app’s own scheme', async (t) => {
  const uri = 'com.example.app:/cb'
  const { browser, urlOf } = await startAuthorize(t, { redirectUris: [uri] })
  const changes = { redirect_uri: uri, response_mode: 'form_post' }
  const answer = readAnswer(await browser().visit(urlOf(changes)))
  assert.deepEqual([answer.uri, answer.members.error], [uri, 'invalid_request'])
})

test('a fault of ours goes to the client without its cause, and to the log with it (RFC-10)', async (t) => {
  const { signedIn, urlOf, store, lines, clientId } = await startAuthorize(t)
  const ada = await signedIn()
  const broken = t.mock.method(store, 'write', async () => {
    throw new Error('disk gone')
  })
  const answer = await ada.visit(urlOf())
  assert.deepEqual(readAnswer(answer).members, { error: 'server_error', state: 'xyz', iss: nam.issuer })
  assert.ok(!JSON.stringify(answer.headers).includes('disk'))
  const logged = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 50)
  assert.deepEqual([logged.clientId, logged.err.message], [clientId, 'disk gone'])
  broken.mock.mockImplementation(async () => {
    throw new Problem('overloaded', 'Too much.')
  })
  assert.equal(readAnswer(await ada.visit(urlOf())).members.error, 'temporarily_unavailable')
})

test('a fault before there is a client is a page without its cause', async (t) => {
  const { browser, urlOf, store, lines, clock } = await startAuthorize(t)
  await clock.advance(1000)
  t.mock.method(store.reader, 'execute', async () => {
    throw new Error('disk gone')
  })
  const answer = await browser().visit(urlOf())
  assert.equal(answer.statusCode, 500)
  assert.match(String(answer.headers['content-type']), /^text\/html/)
  assert.ok(!answer.body.includes('disk'))
  assert.ok(lines.some((line) => line.includes('disk gone')))
})
