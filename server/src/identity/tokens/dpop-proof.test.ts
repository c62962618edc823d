import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { CompactSign } from 'jose'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createProofCheck, type ProofOrder } from './dpop-proof.ts'
import { proofAlgorithms } from './proof-key.ts'
import { createProver, type Members } from './test-proofs.ts'

const url = 'https://nam.example.com/auth/connect/token'
const request = { method: 'POST', url }

/** A check, somebody who proves, and what the check says to a proof. */
async function startProofs(maxRemembered?: number) {
  const clock = createMovableClock()
  const check = createProofCheck({ clock, ...(maxRemembered !== undefined && { maxRemembered }) })
  const prover = await createProver(clock)
  const outcomeOf = async (proof: ProofOrder['proof'], order: Partial<ProofOrder> = {}) => {
    const checked = await check({ ...request, ...order, proof })
    return checked.outcome === 'refused' ? checked.reason : checked.outcome
  }
  /** What the check says to a proof with these claims and header. */
  const outcome = async (claims: Members = {}, header: Members = {}) =>
    outcomeOf(await prover.prove(request, claims, header))
  return { clock, check, outcomeOf, outcome, ...prover }
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const wrongHeader = 'The DPoP header must contain exactly one compact JWS'
const wrongType = 'The type of the DPoP proof must be dpop+jwt'
const wrongAlgorithm = 'The DPoP proof is signed with an unsupported algorithm'
const wrongKey = 'The jwk of the DPoP proof is not a public key for its algorithm'
const wrongSignature = 'The signature of the DPoP proof is invalid'
const wrongTime = 'The DPoP proof is too old or dated in the future'
const usedBefore = 'The DPoP proof was already used'

for (const algorithm of proofAlgorithms) {
  test(`a proof signed with ${algorithm} shows the thumbprint of its key (RFC-56)`, async () => {
    const clock = createMovableClock()
    const { prove, keyThumbprint } = await createProver(clock, algorithm)
    const check = createProofCheck({ clock })
    assert.deepEqual(await check({ ...request, proof: await prove(request) }), {
      outcome: 'proven',
      keyThumbprint,
    })
  })
}

test('there is exactly one proof in the header (RFC-56)', async () => {
  const { outcomeOf, prove } = await startProofs()
  const [one, other] = [await prove(request), await prove(request)]
  assert.equal(await outcomeOf(undefined), 'The DPoP proof is missing')
  for (const proof of [
    '',
    'x',
    'a.b',
    `${one}.`,
    `${one}=`,
    ` ${one}`,
    `${one}, ${other}`,
    [one, other],
    [one],
  ]) {
    assert.equal(await outcomeOf(proof), wrongHeader, String(proof).slice(0, 20))
  }
  assert.equal(await outcomeOf(one), 'proven')
})

test('a proof of more than 8 KiB is refused', async () => {
  const { outcome } = await startProofs()
  assert.equal(await outcome({ padding: 'x'.repeat(5000) }), 'proven')
  assert.equal(await outcome({ padding: 'x'.repeat(6500) }), wrongHeader)
})

test('only the type dpop+jwt is a proof (RFC-53, RFC-56)', async () => {
  const { outcome } = await startProofs()
  for (const typ of ['JWT', 'at+jwt', 'DPOP+JWT', 'application/dpop+jwt', '', undefined]) {
    assert.equal(await outcome({}, { typ }), wrongType)
  }
})

test('alg none is refused in every spelling, and so is a shared secret (RFC-53, RFC-56)', async () => {
  const { outcomeOf, prove, jwk } = await startProofs()
  const [, payload = '', signature = ''] = (await prove(request)).split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'ES384', 'RS512', 'es256', undefined, 7]) {
    const header = encoded({ typ: 'dpop+jwt', alg, jwk })
    assert.equal(await outcomeOf(`${header}.${payload}.${signature}`), wrongAlgorithm, String(alg))
  }
  const input = `${encoded({ typ: 'dpop+jwt', alg: 'HS256', jwk })}.${payload}`
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const mac = createHmac('sha256', pem).update(input).digest('base64url')
  assert.equal(await outcomeOf(`${input}.${mac}`), wrongAlgorithm)
})

test('a key of another kind than the algorithm is refused (RFC-53)', async () => {
  const { outcome, jwk: own } = await startProofs()
  const jwkOf = ({ publicKey }: { readonly publicKey: KeyObject }) => publicKey.export({ format: 'jwk' })
  const rsa = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }))
  for (const jwk of [
    rsa,
    jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
    jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })),
    jwkOf(generateKeyPairSync('ed25519')),
    { ...rsa, kty: 'EC', crv: 'P-256' },
    { ...own, kty: 'OKP' },
    { ...own, crv: 'P-384' },
    { kty: 'oct', k: 'AAAA' },
    { kty: 'EC', crv: 'P-256' },
    { kty: 'EC', crv: 'P-256', x: 7, y: 8 },
    {},
    [],
    null,
    'x',
    undefined,
  ]) {
    assert.equal(await outcome({}, { jwk }), wrongKey, JSON.stringify(jwk))
  }
})

test('a point that is not on the curve is refused (RFC-53)', async () => {
  const { outcome, jwk } = await startProofs()
  const y = Buffer.from(jwk.y ?? '', 'base64url')
  y[31] = (y[31] ?? 0) ^ 1
  assert.equal(await outcome({}, { jwk: { ...jwk, y: y.toString('base64url') } }), wrongKey)
})

test('a private key is refused, even if it is the right one (RFC-56)', async () => {
  const { outcome, privateJwk, jwk } = await startProofs()
  assert.equal(await outcome({}, { jwk: privateJwk }), wrongKey)
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
    assert.equal(await outcome({}, { jwk: { ...jwk, [member]: 'AA' } }), wrongKey, member)
  }
})

test('an RSA key has 2048 to 4096 bits and a sensible exponent (RFC-53)', async () => {
  const { outcomeOf } = await startProofs()
  const modulus = (bits: number) => Buffer.alloc(bits / 8, 0xc5).toString('base64url')
  const outcome = (jwk: object, alg = 'RS256') =>
    outcomeOf(`${encoded({ typ: 'dpop+jwt', alg, jwk })}.e30.AAAA`)
  for (const bits of [2048, 3072, 4096]) {
    assert.equal(await outcome({ kty: 'RSA', n: modulus(bits), e: 'AQAB' }), wrongSignature)
    assert.equal(await outcome({ kty: 'RSA', n: modulus(bits), e: 'AQAB' }, 'PS256'), wrongSignature)
  }
  for (const bits of [512, 1024, 2040, 4104, 8192]) {
    assert.equal(await outcome({ kty: 'RSA', n: modulus(bits), e: 'AQAB' }), wrongKey, String(bits))
  }
  for (const e of ['Aw', 'AQAAAAA']) {
    assert.equal(await outcome({ kty: 'RSA', n: modulus(2048), e }), wrongSignature, e)
  }
  for (const e of ['AQ', 'AA', 'Ag', '', 'AQAAAAE', Buffer.alloc(128, 0xff).toString('base64url')]) {
    assert.equal(await outcome({ kty: 'RSA', n: modulus(2048), e }), wrongKey, e)
  }
})

test('what the header points to is not looked at, and a critical extension is refused (RFC-53)', async (t) => {
  const { outcome, outcomeOf, jwk, privateKey, clock } = await startProofs()
  const reached = t.mock.method(globalThis, 'fetch')
  const stranger = await createProver(clock)
  assert.equal(
    await outcome({}, { kid: '../../dev/null', jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' }),
    'proven',
  )
  assert.equal(await outcome({}, { jwk: stranger.jwk }), wrongSignature)
  assert.equal(reached.mock.callCount(), 0)
  const critical = await new CompactSign(Buffer.from('{}'))
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, crit: ['urn:x'], 'urn:x': 1 })
    .sign(privateKey, { crit: { 'urn:x': true } })
  assert.equal(await outcomeOf(critical), wrongSignature)
})

test('signed claims that are no JSON object in UTF-8 are no claims', async () => {
  const { outcomeOf, jwk, privateKey, clock } = await startProofs()
  const claims = { jti: 'proof', htm: 'POST', htu: url, iat: clock.now() / 1000 }
  const valid = Buffer.from(JSON.stringify(claims))
  const notUtf8 = Buffer.from(valid).fill(0xff, valid.indexOf('proof'), valid.indexOf('proof') + 1)
  const outcome = async (payload: Uint8Array) => {
    const proof = new CompactSign(payload).setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    return outcomeOf(await proof.sign(privateKey))
  }
  assert.equal(await outcome(valid), 'proven')
  for (const payload of [notUtf8, ...['null', '7', '"text"', '{'].map((text) => Buffer.from(text))]) {
    assert.equal(await outcome(payload), wrongSignature, payload.toString())
  }
})

test('a proof that was changed anywhere is refused', async () => {
  const { outcomeOf, prove } = await startProofs()
  const [header = '', , signature = ''] = (await prove(request)).split('.')
  const [, other = ''] = (await prove(request)).split('.')
  assert.equal(await outcomeOf(`${header}.${other}.${signature}`), wrongSignature)
  assert.equal(await outcomeOf(`${header}.${other}.AAAA`), wrongSignature)
})

test('what is signed is a JSON object', async () => {
  const { outcomeOf, jwk, privateKey } = await startProofs()
  for (const text of ['', '{', '[]', 'null', '7', '"x"']) {
    const proof = new CompactSign(Buffer.from(text)).setProtectedHeader({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk,
    })
    assert.notEqual(await outcomeOf(await proof.sign(privateKey)), 'proven', text)
  }
})

test('a proof is for one method, in its own case (RFC-56)', async () => {
  const { outcome } = await startProofs()
  for (const htm of ['GET', 'post', '', 'POST ', undefined, ['POST']]) {
    assert.equal(await outcome({ htm }), 'The DPoP proof was made for a different method')
  }
})

test('a proof is for one URL, in any spelling of it and without its query (RFC-56)', async () => {
  const { outcome, outcomeOf, prove } = await startProofs()
  for (const htu of [
    'HTTPS://NAM.Example.COM/auth/connect/token',
    'https://nam.example.com:443/auth/connect/token',
    'https://nam.example.com/auth/connect/token?a=b',
    'https://nam.example.com/auth/connect/token#x',
    'https://nam.example.com/auth/./x/../connect/token',
    'https://nam.example.com/auth/connect/%74oken',
  ]) {
    assert.equal(await outcome({ htu }), 'proven', htu)
  }
  for (const htu of [
    'http://nam.example.com/auth/connect/token',
    'https://nam.example.com:444/auth/connect/token',
    'https://emea.example.com/auth/connect/token',
    'https://nam.example.com./auth/connect/token',
    'https://nam.example.com.evil.example/auth/connect/token',
    'https://nam.example.com@evil.example/auth/connect/token',
    'https://user@nam.example.com/auth/connect/token',
    'https://:secret@nam.example.com/auth/connect/token',
    'https://nam.example.com/auth/connect/TOKEN',
    'https://nam.example.com/auth/connect/token/',
    'https://nam.example.com/auth/connect%2Ftoken',
    'https://nam.example.com/auth/connect',
    '/auth/connect/token',
    'nam.example.com/auth/connect/token',
    '',
    undefined,
    7,
    [url],
  ]) {
    assert.equal(await outcome({ htu }), 'The DPoP proof was made for a different URL', String(htu))
  }
  assert.equal(await outcomeOf(await prove(request), { url: `${url}?x=y` }), 'proven')
  const [lower, upper] = ['https://nam.example.com/auth/a%2fb', 'https://nam.example.com/auth/a%2Fb']
  assert.equal(await outcomeOf(await prove({ ...request, url: lower }), { url: upper }), 'proven')
})

test('a proof is good from five seconds before its time until a minute after (RFC-56)', async () => {
  const { outcome, outcomeOf, prove, clock } = await startProofs()
  const now = clock.now() / 1000
  for (const iat of [now - 59, now - 59.9, now, now + 5])
    assert.equal(await outcome({ iat }), 'proven', String(iat))
  for (const iat of [now - 60, now - 61, now + 5.1, now + 6, 0, -1, 1e300, String(now), null, undefined]) {
    assert.equal(await outcome({ iat }), wrongTime, String(iat))
  }
  const proof = await prove(request)
  await clock.advance(59_999)
  assert.equal(await outcomeOf(proof), 'proven')
  await clock.advance(1)
  assert.equal(await outcomeOf(proof), wrongTime)
})

test('a jti is there and has at most 256 characters (RFC-56)', async () => {
  const { outcome } = await startProofs()
  for (const jti of ['', 'x'.repeat(257), undefined, 7, ['x']]) {
    assert.equal(await outcome({ jti }), 'The jti of the DPoP proof is missing or too long')
  }
  assert.equal(await outcome({ jti: 'x'.repeat(256) }), 'proven')
})

test('a proof works once in all of its time (RFC-56)', async () => {
  const { outcomeOf, prove, clock } = await startProofs()
  const iat = clock.now() / 1000 + 5
  const proof = await prove(request, { iat })
  assert.equal(await outcomeOf(proof), 'proven')
  for (let second = 0; second < 65; second += 1) {
    assert.equal(await outcomeOf(proof), usedBefore, `after ${second} s`)
    await clock.advance(1000)
  }
  assert.equal(await outcomeOf(proof), wrongTime)
})

test('of twenty uses at once one succeeds (RFC-56)', async () => {
  const { outcomeOf, prove } = await startProofs()
  const proof = await prove(request)
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(proof)))
  assert.equal(outcomes.filter((outcome) => outcome === 'proven').length, 1)
  assert.equal(outcomes.filter((outcome) => outcome === usedBefore).length, 19)
})

test('a jti that was used may not be signed anew, but another key may have the same (RFC-56)', async () => {
  const { outcome, outcomeOf, clock } = await startProofs()
  assert.equal(await outcome({ jti: 'same' }), 'proven')
  assert.equal(await outcome({ jti: 'same' }), usedBefore)
  const other = await createProver(clock)
  assert.equal(await outcomeOf(await other.prove(request, { jti: 'same' })), 'proven')
})

test('a proof that was refused has not been used', async () => {
  const { outcomeOf, prove } = await startProofs()
  const proof = await prove(request)
  assert.equal(await outcomeOf(proof, { method: 'GET' }), 'The DPoP proof was made for a different method')
  assert.equal(await outcomeOf(proof), 'proven')
})

test('a flood makes no used proof forgotten; further ones are refused until there is room (RFC-56)', async () => {
  const { outcomeOf, outcome, prove, clock } = await startProofs(3)
  const proofs = await Promise.all([1, 2, 3].map(() => prove(request)))
  for (const proof of proofs) assert.equal(await outcomeOf(proof), 'proven')
  assert.equal(await outcome(), 'overloaded')
  for (const proof of proofs) assert.equal(await outcomeOf(proof), usedBefore)
  await clock.advance(70_000)
  assert.equal(await outcome(), 'proven')
})

test('when a flood is over there is room for as many as before, and no more (RFC-56)', async () => {
  const { outcome, clock } = await startProofs(3)
  for (let flood = 0; flood < 3; flood += 1) {
    const outcomes = [await outcome(), await outcome(), await outcome(), await outcome()]
    assert.deepEqual(outcomes, ['proven', 'proven', 'proven', 'overloaded'], `flood ${flood}`)
    await clock.advance(70_000)
  }
})

test('at a resource the proof is for the token and by the key that it is bound to (RFC-56)', async () => {
  const { outcomeOf, prove, keyThumbprint, clock } = await startProofs()
  const accessToken = { text: 'the.access.token', keyThumbprint }
  const good = { ...request, accessToken: 'the.access.token' }
  const another = 'The DPoP proof was made for a different access token'
  assert.equal(await outcomeOf(await prove(good), { accessToken }), 'proven')
  assert.equal(await outcomeOf(await prove(request), { accessToken }), another)
  assert.equal(await outcomeOf(await prove({ ...request, accessToken: 'another' }), { accessToken }), another)
  assert.equal(await outcomeOf(await prove(request, { ath: ['x'] }), { accessToken }), another)
  const stranger = await createProver(clock)
  assert.equal(
    await outcomeOf(await stranger.prove(good), { accessToken }),
    'The access token is not bound to the key that signed the DPoP proof',
  )
})

test('whatever the header, the check refuses and throws nothing', async () => {
  const { outcomeOf, jwk } = await startProofs()
  const header = fc.record({
    typ: fc.constantFrom('dpop+jwt', 'JWT'),
    alg: fc.constantFrom(...proofAlgorithms),
    jwk: fc.oneof(fc.jsonValue(), fc.constant(jwk), fc.record({ kty: fc.constant('EC'), x: fc.string() })),
  })
  const parts = fc.tuple(fc.oneof(header, fc.jsonValue()), fc.jsonValue(), fc.uint8Array())
  const proof = fc.oneof(
    fc.string({ unit: codePoint }),
    parts.map(([head, payload, signature]) =>
      [encoded(head), encoded(payload), Buffer.from(signature).toString('base64url')].join('.'),
    ),
  )
  await fc.assert(
    fc.asyncProperty(proof, async (text) => {
      assert.match(await outcomeOf(text), /^The /)
    }),
    { numRuns: 1000 },
  )
})

test('every reason may stand in a quoted string and in an error description (RFC-6, RFC-24)', () => {
  for (const reason of [
    wrongHeader,
    wrongType,
    wrongAlgorithm,
    wrongKey,
    wrongSignature,
    wrongTime,
    usedBefore,
  ]) {
    assert.match(reason, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  }
})

test('who floods with proofs leaves room for the proofs of others (RFC-56)', async () => {
  const { outcomeOf, prove } = await startProofs(8)
  const flood = async (source: string) => {
    const outcomes = []
    for (let count = 0; count < 9; count += 1)
      outcomes.push(await outcomeOf(await prove(request), { source }))
    return outcomes.filter((outcome) => outcome === 'proven').length
  }
  assert.equal(await flood('one'), 4)
  assert.equal(await flood('another'), 2)
  assert.equal(await outcomeOf(await prove(request), { source: 'a third' }), 'proven')
  const proof = await prove(request)
  assert.equal(await outcomeOf(proof, { source: 'a fourth' }), 'proven')
  assert.equal(await outcomeOf(proof, { source: 'a fifth' }), usedBefore)
})

test('of twenty who bring one proof at once exactly one has proved', async () => {
  const { outcomeOf, prove } = await startProofs()
  const proof = await prove(request)
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(proof)))
  assert.equal(outcomes.filter((outcome) => outcome === 'proven').length, 1)
  assert.equal(outcomes.filter((outcome) => outcome === usedBefore).length, 19)
})
