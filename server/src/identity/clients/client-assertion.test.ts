import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHttp } from '../../http/http.ts'
import { createIdentity } from '../identity.ts'
import { basic, readJwt } from '../test-identity.ts'
import { quickHashing } from '../users/test-hashing.ts'
import { assertionAlgorithms } from './public-keys.ts'
import { newKey, signAssertion, startAssertions } from './test-assertions.ts'

const bare = '{"error":"invalid_client"}'

for (const algorithm of assertionAlgorithms) {
  test(`a client authenticates by an assertion signed with ${algorithm} (RFC-1, RFC-46)`, async (t) => {
    const { present, sign, clientId } = await startAssertions(t, { algorithm })
    const answer = await present(await sign())
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(readJwt(answer.json().access_token).claims.client_id, clientId)
  })
}

test('the token endpoint is an audience too, and both may stand in an array (RFC-46)', async (t) => {
  const { present, sign, region } = await startAssertions(t)
  for (const aud of [
    `${region.issuer}/connect/token`,
    [region.issuer],
    [region.issuer, `${region.issuer}/connect/token`],
  ]) {
    assert.equal((await present(await sign({ aud }))).statusCode, 200)
  }
})

test('the client may be named beside its assertion, and it has to be the same', async (t) => {
  const { present, sign, clientId, createClient } = await startAssertions(t)
  assert.equal((await present(await sign(), { client_id: clientId })).statusCode, 200)
  const other = await createClient()
  const answer = await present(await sign(), { client_id: other.clientId })
  assert.equal(answer.json().error, 'invalid_request')
})

test('a key is found by its kid, and without one by its algorithm', async (t) => {
  const [second, third] = [newKey('ES256', 'second'), newKey('EdDSA', 'third')]
  const first = newKey('ES256', 'first')
  const { present, claimsWith } = await startAssertions(t, {
    client: { publicKeys: [first, second, third].map(({ publicJwk }) => publicJwk) },
  })
  const signedBy = ({ privateKey: key, algorithm: alg }: typeof first, header = {}) =>
    signAssertion(claimsWith(), { key, alg, header })
  for (const [key, header] of [
    [first, {}],
    [second, {}],
    [third, {}],
    [second, { kid: 'second', typ: 'JWT' }],
    [third, { kid: 'third', typ: 'client-authentication+jwt' }],
  ] as const) {
    assert.equal((await present(await signedBy(key, header))).statusCode, 200)
  }
  for (const header of [{ kid: 'first' }, { kid: 'third' }, { kid: 'fourth' }, { kid: '../../first' }]) {
    assert.equal((await present(await signedBy(second, header))).body, bare)
  }
})

test('an assertion is good once, at all endpoints together (RFC-46)', async (t) => {
  const { present, sign, clock, app, parametersWith } = await startAssertions(t)
  const assertion = await sign()
  assert.equal((await present(assertion)).statusCode, 200)
  const again = await present(assertion)
  assert.equal(again.statusCode, 400)
  assert.equal(again.body, '{"error":"invalid_client","error_description":"The assertion was already used"}')
  const { client_assertion_type, client_assertion } = parametersWith(assertion)
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/auth/connect/revocation',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ client_assertion_type, client_assertion, token: 'x' }).toString(),
  })
  assert.equal(elsewhere.json().error, 'invalid_client')
  await clock.advance(59_999)
  assert.equal((await present(assertion)).json().error_description, 'The assertion was already used')
  await clock.advance(1)
  assert.equal((await present(assertion)).json().error_description, 'The assertion has expired')
})

test('of many uses at once one is taken (RFC-46)', async (t) => {
  const { present, sign } = await startAssertions(t)
  const assertion = await sign()
  const answers = await Promise.all(Array.from({ length: 8 }, () => present(assertion)))
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
})

test('an assertion that was used before a restart, or at another node, is known there (RFC-46)', async (t) => {
  const started = await startAssertions(t)
  const { present, sign, parametersWith, region, log } = started
  const assertion = await sign()
  assert.equal((await present(assertion)).statusCode, 200)
  const other = await createIdentity({ ...started, ...quickHashing() })
  const app = createHttp({ region, log, proxy: 'none' })
  other.routes(app)
  t.after(() => Promise.all([app.close(), other.close()]))
  const { client_assertion_type, client_assertion } = parametersWith(assertion)
  const grant = { grant_type: 'client_credentials', scope: 'globalpci' }
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/connect/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ ...grant, client_assertion_type, client_assertion }).toString(),
  })
  assert.equal(answer.json().error_description, 'The assertion was already used')
})

test('two clients may choose the same jti', async (t) => {
  const { present, sign, createClient, claimsWith, key } = await startAssertions(t)
  const other = await createClient({ publicKeys: [key.publicJwk] })
  assert.equal((await present(await sign({ jti: 'one' }))).statusCode, 200)
  const ofOther = claimsWith({ jti: 'one', iss: other.clientId, sub: other.clientId })
  const assertion = await signAssertion(ofOther, { key: key.privateKey, alg: 'ES256' })
  assert.equal((await present(assertion)).statusCode, 200)
})

test('used assertions are removed when no node would take them', async (t) => {
  const { present, sign, store, clock } = await startAssertions(t)
  const rows = store.prepare((db, _: object) => db.selectFrom('used_assertion').selectAll())
  const assertion = await sign({ jti: 'a jti that is not kept' })
  await present(assertion)
  const [row, ...others] = await rows.all(store.reader, {})
  assert.equal(others.length, 0)
  assert.ok(
    !Buffer.from(row?.sha256 ?? [])
      .toString('latin1')
      .includes('a jti'),
  )
  await clock.advance(60_000)
  assert.equal((await rows.all(store.reader, {})).length, 1)
  await clock.advance(120_000)
  assert.equal((await rows.all(store.reader, {})).length, 0)
})

/** Claims that a client has signed, and what it is told is wrong with them. */
const wrongClaims: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    'another iss',
    { iss: 'https://nam.example.com/auth' },
    'The iss and sub of the assertion must be the client id',
  ],
  ['no iss', { iss: undefined }, 'The iss and sub of the assertion must be the client id'],
  ['no aud', { aud: undefined }, 'The assertion was issued for a different audience'],
  ['no audience at all', { aud: [] }, 'The assertion was issued for a different audience'],
  [
    'another region',
    { aud: 'https://emea.example.com/auth' },
    'The assertion was issued for a different audience',
  ],
  [
    'the Payment API',
    { aud: 'https://nam.api.example.com/globalpci' },
    'The assertion was issued for a different audience',
  ],
  [
    'the issuer with a slash',
    { aud: 'https://nam.example.com/auth/' },
    'The assertion was issued for a different audience',
  ],
  [
    'the issuer in capitals',
    { aud: 'https://NAM.example.com/auth' },
    'The assertion was issued for a different audience',
  ],
  [
    'two audiences',
    { aud: ['https://nam.example.com/auth', 'https://evil.example/'] },
    'The assertion was issued for a different audience',
  ],
  [
    'an audience within an audience',
    { aud: [['https://nam.example.com/auth']] },
    'The assertion was issued for a different audience',
  ],
  ['no exp', { exp: undefined }, 'The exp of the assertion is missing'],
  ['an exp in letters', { exp: '9999999999' }, 'The exp of the assertion is missing'],
  ['an endless exp', { exp: 1e300 }, 'The lifetime of the assertion exceeds one hour'],
  ['an iat in letters', { iat: '0' }, 'The assertion was issued in the future'],
  ['no jti', { jti: undefined }, 'The jti of the assertion is missing or too long'],
  ['an empty jti', { jti: '' }, 'The jti of the assertion is missing or too long'],
  ['a long jti', { jti: 'x'.repeat(257) }, 'The jti of the assertion is missing or too long'],
  ['a jti that is a number', { jti: 7 }, 'The jti of the assertion is missing or too long'],
]

for (const [what, claims, description] of wrongClaims) {
  test(`an assertion with ${what} is refused (RFC-46, RFC-53)`, async (t) => {
    const { present, sign } = await startAssertions(t)
    const answer = await present(await sign(claims))
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.json(), { error: 'invalid_client', error_description: description })
    assert.match(answer.json().error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })
}

const times: readonly (readonly [string, (now: number) => Record<string, number>, number])[] = [
  ['that expires in a second', (now) => ({ exp: now + 1 }), 200],
  ['that expires now', (now) => ({ exp: now }), 400],
  ['that expired a second ago', (now) => ({ exp: now - 1 }), 400],
  ['good for an hour', (now) => ({ exp: now + 3600 }), 200],
  ['good for an hour, of a clock five seconds ahead', (now) => ({ iat: now + 5, exp: now + 3605 }), 200],
  ['good for longer', (now) => ({ exp: now + 3606 }), 400],
  ['made five seconds from now', (now) => ({ iat: now + 5 }), 200],
  ['made six seconds from now', (now) => ({ iat: now + 6 }), 400],
  ['not good until six seconds from now', (now) => ({ nbf: now + 6 }), 400],
  ['good since long', (now) => ({ nbf: now - 3600, iat: now - 3600 }), 200],
]

for (const [what, change, status] of times) {
  test(`an assertion ${what} is ${status === 200 ? 'taken' : 'refused'} (RFC-46)`, async (t) => {
    const { present, sign, clock } = await startAssertions(t)
    const answer = await present(await sign(change(Math.floor(clock.now() / 1000))))
    assert.equal(answer.statusCode, status, answer.body)
  })
}

test('an assertion beside another way of authenticating is an invalid request (RFC-2)', async (t) => {
  const { present, sign, clientId } = await startAssertions(t)
  for (const [changes, options] of [
    [{ client_secret: 'x'.repeat(40) }, {}],
    [{}, { headers: { authorization: basic(clientId, 'x'.repeat(40)) } }],
    [{ client_assertion_type: null }, {}],
    [{ client_assertion: null, client_id: clientId }, {}],
  ] as const) {
    const answer = await present(await sign(), changes, options)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_request')
  }
})

test('a header that is no client’s way to authenticate does not count beside an assertion', async (t) => {
  const { present, sign } = await startAssertions(t)
  for (const authorization of ['Bearer x', 'DPoP x', '']) {
    assert.equal((await present(await sign(), {}, { headers: { authorization } })).statusCode, 200)
  }
})

test('an assertion of an hour is remembered for all of it (RFC-46)', async (t) => {
  const { present, sign, clock } = await startAssertions(t)
  const assertion = await sign({ exp: Math.floor(clock.now() / 1000) + 3600 })
  assert.equal((await present(assertion)).statusCode, 200)
  await clock.leap(59 * 60_000)
  assert.equal((await present(assertion)).json().error_description, 'The assertion was already used')
})

test('another type of assertion is refused', async (t) => {
  const { present, sign } = await startAssertions(t)
  for (const client_assertion_type of [
    'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    'URN:ietf:params:oauth:client-assertion-type:jwt-bearer',
  ]) {
    assert.equal((await present(await sign(), { client_assertion_type })).body, bare)
  }
})

test('a client with keys gets in by no secret, not even one that is stored (RFC-46)', async (t) => {
  const { requestToken, requestTokenByBasic, addSecret, clientId } = await startAssertions(t)
  const secret = 'S'.repeat(40)
  await addSecret(clientId, secret)
  assert.equal((await requestToken({ client_secret: secret })).body, bare)
  assert.equal((await requestToken({ client_secret: null })).json().error, 'invalid_client')
  const answer = await requestTokenByBasic({}, { authorization: basic(clientId, secret) })
  assert.equal(answer.statusCode, 401)
})

test('a client without keys gets in by no assertion', async (t) => {
  const { present, claimsWith, createClient, key } = await startAssertions(t)
  for (const order of [{}, { clientType: 'public', flows: ['authorization_code'] }] as const) {
    const { clientId } = await createClient(order)
    const claims = claimsWith({ iss: clientId, sub: clientId })
    const assertion = await signAssertion(claims, { key: key.privateKey, alg: 'ES256' })
    assert.equal((await present(assertion)).body, bare)
  }
})

test('a disabled client, and one whose key was replaced, are refused within a second', async (t) => {
  const { present, sign, identity, clientId, clock, disableClient, claimsWith } = await startAssertions(t)
  assert.equal((await present(await sign())).statusCode, 200)
  const next = newKey('ES256', 'next')
  await identity.clients.edit(clientId, { publicKeys: [next.publicJwk] })
  await clock.advance(1000)
  assert.equal((await present(await sign())).body, bare)
  const byNext = () => signAssertion(claimsWith(), { key: next.privateKey, alg: 'ES256' })
  assert.equal((await present(await byNext())).statusCode, 200)
  await disableClient(clientId)
  await clock.advance(1000)
  assert.equal((await present(await byNext())).body, bare)
})

test('wrong assertions are throttled as wrong secrets are (RFC-2)', async (t) => {
  const { present, sign, claimsWith, clock } = await startAssertions(t)
  const stranger = newKey('ES256', 'first')
  const forged = await signAssertion(claimsWith(), { key: stranger.privateKey, alg: 'ES256' })
  for (let count = 0; count < 10; count += 1) assert.equal((await present(forged)).body, bare)
  const refused = await present(forged)
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.headers['retry-after'], '60')
  assert.equal((await present(await sign())).statusCode, 200, 'a right one is let in')
  assert.equal((await present(forged, {}, { address: '203.0.113.9' })).body, bare)
  await clock.advance(60_000)
  assert.equal((await present(forged)).body, bare)
})

test('of twenty who bring one assertion at once exactly one is let in, and its next one too', async (t) => {
  const { present, sign } = await startAssertions(t)
  for (let round = 0; round < 5; round += 1) {
    const assertion = await sign()
    const answers = await Promise.all(Array.from({ length: 20 }, () => present(assertion)))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  }
})

test('revocation and introspection take an assertion as well (RFC-30, RFC-33, RFC-46)', async (t) => {
  const { present, sign, app, parametersWith } = await startAssertions(t)
  const token = (await present(await sign())).json().access_token
  const send = async (endpoint: string) => {
    const { client_assertion_type, client_assertion } = parametersWith(await sign())
    return app.inject({
      method: 'POST',
      url: `/auth/connect/${endpoint}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ token, client_assertion_type, client_assertion }).toString(),
    })
  }
  assert.equal((await send('introspect')).json().active, true)
  assert.equal((await send('revocation')).statusCode, 200)
  assert.deepEqual((await send('introspect')).json(), { active: false })
})

test('no assertion is logged (RFC-19)', async (t) => {
  const { present, sign, lines, clientId } = await startAssertions(t)
  const [good, bad] = [await sign(), await sign({ aud: 'https://evil.example' })]
  for (const assertion of [good, good, bad]) await present(assertion)
  const all = lines.join('')
  for (const assertion of [good, bad]) assert.ok(!all.includes(assertion.split('.')[2] ?? ''))
  assert.ok(lines.some((line) => JSON.parse(line).clientId === clientId && JSON.parse(line).error))
})
