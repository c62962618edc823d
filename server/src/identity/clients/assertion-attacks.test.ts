import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign } from 'jose'
import { newKey, signAssertion, startAssertions } from './test-assertions.ts'

const bare = '{"error":"invalid_client"}'
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const json = (value: unknown) => base64url(JSON.stringify(value))

test('an assertion that names nobody, or another, is refused without a word (RFC-53)', async (t) => {
  const { present, sign, createClient, clientId } = await startAssertions(t)
  const other = await createClient({ publicKeys: [newKey('ES256').publicJwk] })
  const withSecret = await createClient()
  for (const sub of [
    undefined,
    '',
    'me',
    7,
    other.clientId,
    withSecret.clientId,
    '3f2b8c1e-0000-4000-8000-000000000000',
  ]) {
    assert.equal((await present(await sign({ sub, iss: sub }))).body, bare)
  }
  assert.equal((await present(await sign({ sub: other.clientId, iss: clientId }))).body, bare)
})

test('a signature by a stranger’s key is refused, whatever its header brings along (RFC-53)', async (t) => {
  const { present, claimsWith } = await startAssertions(t)
  const stranger = newKey('ES256', 'first')
  for (const header of [
    {},
    { kid: 'first' },
    { kid: 'first', jwk: stranger.publicJwk },
    { jku: 'https://evil.example/keys' },
    { x5u: 'https://evil.example/certificate' },
    { x5c: ['MIIB'] },
  ]) {
    const assertion = await signAssertion(claimsWith(), { key: stranger.privateKey, alg: 'ES256', header })
    assert.equal((await present(assertion)).body, bare)
  }
})

test('alg none is refused in every spelling (RFC-53)', async (t) => {
  const { present, claimsWith, sign } = await startAssertions(t)
  const [, , signature] = (await sign()).split('.')
  let tries = 0
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, ['ES256'], 'es256']) {
    const input = `${json({ alg, kid: 'first' })}.${json(claimsWith())}`
    for (const last of ['', 'AA', signature]) {
      tries += 1
      const answer = await present(`${input}.${last}`, {}, { address: `198.51.100.${tries}` })
      assert.equal(answer.body, bare, `${alg}`)
    }
  }
})

test('HMAC with the public key as the secret is refused (RFC-53)', async (t) => {
  const { present, claimsWith, key } = await startAssertions(t, { algorithm: 'RS256' })
  const secrets = [
    key.publicKey.export({ format: 'pem', type: 'spki' }),
    key.publicKey.export({ format: 'der', type: 'spki' }),
    JSON.stringify(key.publicJwk),
    JSON.stringify({ ...key.publicJwk, use: 'sig' }),
  ]
  for (const secret of secrets) {
    const input = `${json({ alg: 'HS256', kid: 'first' })}.${json(claimsWith())}`
    const signature = createHmac('sha256', secret).update(input).digest('base64url')
    assert.equal((await present(`${input}.${signature}`)).body, bare)
  }
})

test('a key verifies with its own algorithm and no other (RFC-53)', async (t) => {
  const { present, claimsWith, key } = await startAssertions(t, { algorithm: 'RS256' })
  for (const [alg, status] of [
    ['RS256', 200],
    ['PS256', 400],
    ['RS384', 400],
    ['RS512', 400],
  ] as const) {
    const assertion = await signAssertion(claimsWith(), { key: key.privateKey, alg })
    assert.equal((await present(assertion)).statusCode, status, alg)
  }
})

test('a JWT of another kind is no assertion (RFC-53)', async (t) => {
  const { present, sign } = await startAssertions(t)
  for (const typ of ['at+jwt', 'dpop+jwt', 'logout+jwt', 'jwt-bearer', 7]) {
    assert.equal((await present(await sign({}, { typ }))).body, bare)
  }
})

test('a header with critical extensions is refused (RFC-53)', async (t) => {
  const { present, claimsWith, key } = await startAssertions(t)
  for (const extension of [{ x: 1 }, { b64: true }]) {
    const assertion = await new CompactSign(Buffer.from(JSON.stringify(claimsWith())))
      .setProtectedHeader({ alg: 'ES256', crit: Object.keys(extension), ...extension })
      .sign(key.privateKey, { crit: { x: true } })
    assert.equal((await present(assertion)).body, bare)
  }
})

test('a changed assertion is refused, be it by a bit or a spelling (RFC-53)', async (t) => {
  const { present, sign, claimsWith } = await startAssertions(t)
  const assertion = await sign()
  const [header = '', payload = '', signature = ''] = assertion.split('.')
  for (const changed of [
    `${header}.${json(claimsWith())}.${signature}`,
    `${json({ alg: 'ES256' })}.${payload}.${signature}`,
    `${assertion}=`,
    `${assertion}.`,
    ` ${assertion}`,
    `${header}.${payload}`,
    `${header}..${signature}`,
    `${header}.${payload}.${signature.slice(2)}`,
    'x',
    '..',
    'x'.repeat(9000),
    `${json([])}.${json([])}.AA`,
    `${json(null)}.${json(null)}.AA`,
    `${json({ alg: 'ES256' })}.${base64url('{"sub":')}.AA`,
  ]) {
    assert.equal((await present(changed)).body, bare, changed)
  }
  assert.equal((await present(assertion)).statusCode, 200)
})

test('an assertion over 8 KiB is refused, and a body over 16 KiB is not read (RFC-46)', async (t) => {
  const { present, sign } = await startAssertions(t)
  const large = await sign({ pad: 'x'.repeat(8 * 1024) })
  assert.equal((await present(large)).body, bare)
  const answer = await present('x'.repeat(10_000_000))
  assert.equal(answer.json().error, 'invalid_request')
})
