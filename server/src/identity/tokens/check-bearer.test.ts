import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { exportJWK, SignJWT } from 'jose'
import { authorized, nam } from '../test-identity.ts'
import { type Claims, expired, invalid, metadata, startBearer } from './test-bearer.ts'

test('a token says who is calling, and the second time without a promise (RFC-20)', async (t) => {
  const { identity, token, clientId, account } = await startBearer(t)
  const caller = await identity.bearer(authorized(`Bearer ${token}`))
  const { access, expiresAt, ...about } = caller
  assert.deepEqual(about, { clientId, account, allowedOrigins: new Set() })
  assert.ok(expiresAt > access.madeAt)
  assert.deepEqual(Object.keys(access).sort(), ['accountId', 'clientId', 'jti', 'madeAt'])
  assert.deepEqual([access.clientId, access.accountId], [clientId, account.id])
  assert.equal(identity.bearer(authorized(`Bearer ${token}`)), caller)
})

test('the scheme is read in either case, with one space or more (RFC-20)', async (t) => {
  const { refusalOf, token } = await startBearer(t)
  for (const scheme of ['Bearer ', 'bearer ', 'BEARER   ']) {
    assert.equal(await refusalOf(`${scheme}${token}`), 'let in')
  }
})

test('without credentials both schemes are shown and no error code (RFC-22, RFC-23, RFC-55)', async (t) => {
  const { refusalOf, identity } = await startBearer(t)
  for (const authorization of [
    undefined,
    '',
    'Basic eDp5',
    'Bearerx y',
    'Token x',
    'x Bearer y',
    'x DPoP y',
  ]) {
    assert.deepEqual(await refusalOf(authorization), {
      status: 401,
      challenge: `Bearer ${metadata}, DPoP algs="ES256 EdDSA RS256 PS256", ${metadata}`,
    })
  }
  assert.throws(() => identity.bearer(authorized(undefined)), {
    message: 'Authorization has been denied for this request.',
  })
})

test('what is not a compact JWS in its one spelling is refused (RFC-24)', async (t) => {
  const { refusalOf, token } = await startBearer(t)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const lastOf = (text: string) => text.slice(0, -1) + respelled(text.slice(-1))
  for (const text of [
    '',
    'x',
    '.',
    '..',
    'a.b',
    'a.b.c.d',
    'a.b.c.d.e',
    `${token}.`,
    `${header}..${signature}`,
    `${header}.${payload}.`,
    `${token}=`,
    `${header}.${payload}.${signature}==`,
    `${header}.${payload}.${lastOf(signature)}`,
    `${header}.${payload} .${signature}`,
    `${header}.${payload}.${signature} `,
    `${header}.${payload}.${signature}\n`,
    `${header}.${payload}.${signature.slice(0, 40)}+${signature.slice(41)}`,
    `${token}, ${token}`,
    `${token}é`,
  ]) {
    assert.deepEqual(await refusalOf(`Bearer ${text}`), invalid, JSON.stringify(text))
  }
})

test('a scheme without a token is one that came without what it needs (RFC-24)', async (t) => {
  const { refusalOf } = await startBearer(t)
  for (const scheme of ['Bearer', 'bearer', 'Bearer ']) assert.deepEqual(await refusalOf(scheme), invalid)
  for (const scheme of ['DPoP', 'dpop ']) {
    const refused = await refusalOf(scheme)
    assert.ok(refused !== 'let in' && refused.status === 401)
    assert.match(String(refused.challenge), /^DPoP error=/)
  }
})

test('a token of 16 KiB or more is refused, however often it was asked', async (t) => {
  const { refusalOf, forge } = await startBearer(t)
  const large = await forge({ padding: 'x'.repeat(16 * 1024) })
  assert.deepEqual(await refusalOf(`Bearer ${large}`), invalid)
  assert.equal(await refusalOf(`Bearer ${await forge({ padding: 'x'.repeat(8 * 1024) })}`), 'let in')
})

test('a token of 16 KiB to the character is refused, and a shorter one let in', async (t) => {
  const { refusalOf, forge } = await startBearer(t)
  const padded = async (length: number) => {
    const [header = '', payload = '', signature = ''] = (await forge({ padding: '' })).split('.')
    const wanted = length - `${header}..${signature}`.length
    const more = Math.floor((wanted * 3) / 4) - Buffer.from(payload, 'base64url').length
    const token = await forge({ padding: 'x'.repeat(more) })
    assert.equal(token.length, length)
    return `Bearer ${token}`
  }
  assert.deepEqual(await refusalOf(await padded(16 * 1024)), invalid)
  assert.equal(await refusalOf(await padded(16 * 1024 - 2)), 'let in')
})

test('alg none is refused in every spelling (RFC-37, RFC-39, RFC-53)', async (t) => {
  const { refusalOf, header, claims, token } = await startBearer(t)
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ ...header, alg })}.${part(claims)}`
    for (const signature of ['', 'AA', token.split('.')[2]]) {
      assert.deepEqual(await refusalOf(`Bearer ${unsigned}.${signature}`), invalid, alg)
    }
  }
})

test('a public key does not serve as the secret of an HMAC (RFC-53)', async (t) => {
  const { refusalOf, claims, keys } = await startBearer(t)
  for (const { kid, publicKey, publicJwk } of keys) {
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(publicJwk),
    ]) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const input = `${part({ typ: 'at+jwt', alg: 'HS256', kid })}.${part(claims)}`
      const signature = createHmac('sha256', secret).update(input).digest('base64url')
      assert.deepEqual(await refusalOf(`Bearer ${input}.${signature}`), invalid)
    }
  }
})

test('a key is used with its own algorithm alone (RFC-53)', async (t) => {
  const { refusalOf, forge, keys } = await startBearer(t)
  const rsa = keys.find(({ algorithm }) => algorithm === 'RS256')
  assert.deepEqual(await refusalOf(`Bearer ${await forge({}, { kid: rsa?.kid })}`), invalid)
  const { claims } = await startBearer(t)
  assert.ok(rsa)
  const pss = await new SignJWT(claims)
    .setProtectedHeader({ typ: 'at+jwt', alg: 'PS256', kid: rsa.kid })
    .sign(rsa.privateKey)
  assert.deepEqual(await refusalOf(`Bearer ${pss}`), invalid)
})

test('a token of any of our keys is taken, whichever signs', async (t) => {
  const { refusalOf, claims, keys } = await startBearer(t)
  for (const { algorithm: alg, kid, privateKey } of keys) {
    const token = await new SignJWT(claims).setProtectedHeader({ typ: 'at+jwt', alg, kid }).sign(privateKey)
    assert.equal(await refusalOf(`Bearer ${token}`), 'let in', alg)
  }
})

test('a key that the header brings along or points to is not used (RFC-53)', async (t) => {
  const { refusalOf, claims, header } = await startBearer(t)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = await exportJWK(publicKey)
  const reached = t.mock.method(globalThis, 'fetch')
  for (const extra of [
    { jwk },
    { jwk, kid: undefined },
    { jku: 'http://127.0.0.1:1/jwks' },
    { x5u: 'http://127.0.0.1:1/cert' },
    { crit: ['x'], x: 1 },
  ]) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ ...header, ...extra, ...('crit' in extra && { crit: undefined }) })
      .sign(privateKey)
    assert.deepEqual(await refusalOf(`Bearer ${token}`), invalid)
  }
  assert.equal(reached.mock.callCount(), 0)
})

test('a kid is only compared (RFC-53)', async (t) => {
  const { refusalOf, forge } = await startBearer(t)
  for (const kid of ['../../dev/null', "' OR 1=1 --", '__proto__', '', 'x\u0000y', undefined]) {
    assert.deepEqual(await refusalOf(`Bearer ${await forge({}, { kid })}`), invalid, String(kid))
  }
})

test('an extension that must be understood is refused (RFC-53)', async (t) => {
  const { refusalOf, claims, header, keys } = await startBearer(t)
  const key = keys.find(({ kid }) => kid === header.kid)
  assert.ok(key)
  const token = await new SignJWT(claims)
    .setProtectedHeader({ ...header, crit: ['urn:x'], 'urn:x': 1 })
    .sign(key.privateKey, { crit: { 'urn:x': true } })
  assert.deepEqual(await refusalOf(`Bearer ${token}`), invalid)
})

test('only the type of an access token is taken (RFC-39, RFC-53)', async (t) => {
  const { refusalOf, forge } = await startBearer(t)
  for (const typ of ['JWT', 'dpop+jwt', 'logout+jwt', undefined, '']) {
    assert.deepEqual(await refusalOf(`Bearer ${await forge({}, { typ })}`), invalid, String(typ))
  }
  assert.equal(await refusalOf(`Bearer ${await forge({}, { typ: 'application/at+jwt' })}`), 'let in')
})

const wrongClaims: readonly (readonly [string, Claims])[] = [
  ['the issuer with a slash more (RFC-39)', { iss: `${nam.issuer}/` }],
  ['the issuer in another case (RFC-39)', { iss: nam.issuer.toUpperCase() }],
  ['another issuer (RFC-39)', { iss: 'https://emea.example.com/auth' }],
  ['another audience (RFC-45)', { aud: 'https://emea.api.example.com/globalpci' }],
  ['no audience (RFC-45)', { aud: undefined }],
  ['audiences without ours (RFC-45)', { aud: ['a', 'b'] }],
  ['no expiry (RFC-38)', { exp: undefined }],
  ['no subject (RFC-38)', { sub: undefined }],
  ['a subject that is no GUID', { sub: 'someone' }],
  ['an agent but no person', { agent_id: 'agent12345' }],
  ['a binding by a certificate', { cnf: { 'x5t#S256': 'x'.repeat(43) } }],
  ['a binding that is nothing', { cnf: {} }],
  ['a binding that is text', { cnf: 'x' }],
  ['a binding to a key that is none', { cnf: { jkt: 'x' } }],
  ['no jti (RFC-38)', { jti: undefined }],
  ['a jti that is a number', { jti: 7 }],
  ['a jti that is a list', { jti: ['x'] }],
  ['no time of issue (RFC-38)', { iat: undefined }],
  ['a time of issue as text', { iat: '1' }],
  ['no client (RFC-38)', { client_id: undefined }],
  ['a client that is a number', { client_id: 7 }],
  ['a client that is no GUID', { client_id: 'x' }],
  ['an unknown client', { client_id: '3f2b8c1e-0000-4000-8000-000000000000' }],
  ['another account', { account: 99 }],
  ['no account', { account: undefined }],
  ['an account as text', { account: '1' }],
  ['an agent that is a number', { agent_id: 7 }],
  ['a scope that is a number', { scope: 7 }],
  ['scopes that are not all texts', { scope: ['globalpci', 7] }],
]
for (const [what, changes] of wrongClaims) {
  test(`a token with ${what} is refused`, async (t) => {
    const { refusalOf, forge } = await startBearer(t)
    assert.deepEqual(await refusalOf(`Bearer ${await forge(changes)}`), invalid)
  })
}

test('a token works for all of its hour and not a second more (RFC-25, RFC-39)', async (t) => {
  const { refusalOf, token, clock, forge } = await startBearer(t)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  const unseen = await forge({ jti: 'unseen' })
  await clock.advance(3_599_999)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  await clock.advance(1)
  assert.deepEqual(await refusalOf(`Bearer ${token}`), expired)
  assert.deepEqual(await refusalOf(`Bearer ${unseen}`), expired)
  await clock.advance(60_000)
  assert.deepEqual(await refusalOf(`Bearer ${token}`), expired)
})

test('a token that expired and is forged besides is only called invalid (RFC-39)', async (t) => {
  const { refusalOf, forge, clock } = await startBearer(t)
  const old = await forge({ iss: 'https://other' })
  await clock.advance(3_700_000)
  assert.deepEqual(await refusalOf(`Bearer ${old}`), invalid)
})

test('a token that is not valid yet is refused', async (t) => {
  const { refusalOf, forge, claims } = await startBearer(t)
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ nbf: claims.iat + 6 })}`), invalid)
  assert.equal(await refusalOf(`Bearer ${await forge({ nbf: claims.iat + 5 })}`), 'let in')
})

test('a scope is a string or an array, and globalpci must be in it (RFC-24)', async (t) => {
  const { refusalOf, forge } = await startBearer(t)
  const lacking = {
    status: 403,
    challenge: `Bearer error="insufficient_scope", scope="globalpci", ${metadata}`,
  }
  for (const scope of ['users:read globalpci', ['users:read', 'globalpci']]) {
    assert.equal(await refusalOf(`Bearer ${await forge({ scope })}`), 'let in')
  }
  for (const scope of ['users:read', ['users:read'], [], '', undefined, 'GLOBALPCI', 'globalpci,x']) {
    const token = await forge({ scope })
    assert.deepEqual(await refusalOf(`Bearer ${token}`), lacking)
    assert.deepEqual(await refusalOf(`Bearer ${token}`), lacking)
  }
})

test('a token of another region is refused (RFC-45)', async (t) => {
  const { refusalOf } = await startBearer(t)
  const emea = {
    name: 'emea',
    issuer: 'https://emea.example.com/auth',
    apiUrl: 'https://emea.api.example.com/globalpci',
    paymentOrigin: 'https://emea.pay.example.com',
  } as const
  const other = await startBearer(t, { region: emea })
  assert.equal(await other.refusalOf(`Bearer ${other.token}`), 'let in')
  assert.deepEqual(await refusalOf(`Bearer ${other.token}`), invalid)
})

test('a token of the same region under other keys is refused (RFC-53)', async (t) => {
  const [one, other] = [await startBearer(t), await startBearer(t)]
  assert.deepEqual(await one.refusalOf(`Bearer ${other.token}`), invalid)
})

test('the tokens of a disabled client stop working within a second', async (t) => {
  const { refusalOf, token, disableClient, clientId, clock } = await startBearer(t)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  await disableClient(clientId)
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${token}`), invalid)
})

test('a client costs one read of the store a second', async (t) => {
  const { identity, token, clock, store } = await startBearer(t)
  const request = authorized(`Bearer ${token}`)
  await identity.bearer(request)
  await clock.advance(1000)
  const execute = t.mock.method(store.reader, 'execute')
  const callers = Array.from({ length: 20 }, () => identity.bearer(request))
  await Promise.all(callers)
  for (let count = 0; count < 20; count += 1) identity.bearer(request)
  assert.equal(execute.mock.callCount(), 1)
})

/** Another last character of base64url that stands for the same bytes. */
function respelled(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(character) ^ 1] ?? ''
}
