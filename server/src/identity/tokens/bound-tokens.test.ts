import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authorized, nam } from '../test-identity.ts'
import { metadata, startBearer } from './test-bearer.ts'
import { createProver, type Members } from './test-proofs.ts'

const algorithms = `algs="ES256 EdDSA RS256 PS256", ${metadata}`
const refusedProof = (reason: string) => ({
  status: 401,
  challenge: `DPoP error="invalid_dpop_proof", error_description="${reason}", ${algorithms}`,
})
const target = { method: 'GET', url: '/globalpci/v1/session/1' }
const seen = { method: 'GET', url: 'https://nam.api.example.com/globalpci/v1/session/1' }

/** A token that is bound to a key, and whoever holds the key. */
async function startBound(t: TestContext) {
  const started = await startBearer(t)
  const { forge, clock, identity, refusalOfRequest } = started
  const prover = await createProver(clock)
  const boundToken = await forge({ cnf: { jkt: prover.keyThumbprint } })

  /** A request with the token and a proof; the changes are of the proof. */
  async function proven(claims: Members = {}, header: Members = {}, token = boundToken) {
    const dpop = await prover.prove({ ...seen, accessToken: token }, claims, header)
    return { ...target, headers: { authorization: `DPoP ${token}`, dpop } }
  }
  return {
    ...started,
    ...prover,
    boundToken,
    proven,
    send: async (request: Parameters<typeof identity.bearer>[0]) => identity.bearer(request),
    refusalOfProof: async (claims: Members = {}, header: Members = {}) =>
      refusalOfRequest(await proven(claims, header)),
  }
}

test('a bound token with a proof of its key says who is calling, each time anew (RFC-44, RFC-56)', async (t) => {
  const { send, proven, clientId, account } = await startBound(t)
  const caller = { clientId, account, allowedOrigins: new Set() }
  for (const _ of ['first', 'again']) {
    const { access, expiresAt: _until, ...about } = await send(await proven())
    assert.deepEqual(about, caller)
    assert.equal(access.clientId, clientId)
  }
})

test('the scheme DPoP is read in either case (RFC-20)', async (t) => {
  const { refusalOfRequest, proven, boundToken } = await startBound(t)
  for (const scheme of ['dpop ', 'DPOP   ']) {
    const { headers, ...rest } = await proven()
    const request = { ...rest, headers: { ...headers, authorization: `${scheme}${boundToken}` } }
    assert.equal(await refusalOfRequest(request), 'let in')
  }
})

test('a bound token that is sent as a bearer token is refused, with and without a proof (RFC-44, RFC-56)', async (t) => {
  const { refusalOfRequest, proven, boundToken } = await startBound(t)
  const reason = 'The access token is bound to a key and needs a DPoP proof'
  const refused = {
    status: 401,
    challenge: `DPoP error="invalid_token", error_description="${reason}", ${algorithms}`,
  }
  const authorization = `Bearer ${boundToken}`
  const { headers } = await proven()
  assert.deepEqual(await refusalOfRequest(authorized(authorization)), refused)
  assert.deepEqual(await refusalOfRequest(authorized(authorization)), refused)
  const withProof = { ...target, headers: { ...headers, authorization } }
  assert.deepEqual(await refusalOfRequest(withProof), refused)
})

test('a token that is bound to no key is refused under the scheme DPoP (RFC-56)', async (t) => {
  const { refusalOfRequest, proven, token } = await startBound(t)
  assert.deepEqual(await refusalOfRequest(await proven({}, {}, token)), {
    status: 401,
    challenge: `DPoP error="invalid_token", error_description="The access token is not bound to a key", ${algorithms}`,
  })
})

test('a bound token without a proof is refused (RFC-56)', async (t) => {
  const { refusalOf, boundToken } = await startBound(t)
  assert.deepEqual(await refusalOf(`DPoP ${boundToken}`), refusedProof('The DPoP proof is missing'))
})

test('a proof for another method, URL or token, or by another key, is refused (RFC-56)', async (t) => {
  const { refusalOfProof, refusalOfRequest, clock, boundToken } = await startBound(t)
  const another = (what: string) => refusedProof(`The DPoP proof was made for a different ${what}`)
  assert.deepEqual(await refusalOfProof({ htm: 'POST' }), another('method'))
  for (const htu of [
    'https://nam.api.example.com/globalpci/v1/session/2',
    'https://emea.api.example.com/globalpci/v1/session/1',
    'http://nam.api.example.com/globalpci/v1/session/1',
    `${nam.issuer}/connect/token`,
  ]) {
    assert.deepEqual(await refusalOfProof({ htu }), another('URL'))
  }
  for (const ath of [undefined, '', 'x'.repeat(43)]) {
    assert.deepEqual(await refusalOfProof({ ath }), another('access token'))
  }
  const thief = await createProver(clock)
  const dpop = await thief.prove({ ...seen, accessToken: boundToken })
  assert.deepEqual(
    await refusalOfRequest({ ...target, headers: { authorization: `DPoP ${boundToken}`, dpop } }),
    refusedProof('The access token is not bound to the key that signed the DPoP proof'),
  )
})

test('a proof is used once, also of twenty requests at once (RFC-56)', async (t) => {
  const { refusalOfRequest, proven } = await startBound(t)
  const request = await proven()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refusalOfRequest(request)))
  assert.equal(answers.filter((answer) => answer === 'let in').length, 1)
  assert.deepEqual(await refusalOfRequest(request), refusedProof('The DPoP proof was already used'))
})

test('the query of a request is not a part of what is proven (RFC-56)', async (t) => {
  const { refusalOfRequest, proven } = await startBound(t)
  const request = await proven()
  assert.equal(await refusalOfRequest({ ...request, url: `${target.url}?x=y` }), 'let in')
})

test('a bound token that is forged or expired is refused before its proof is looked at (RFC-39)', async (t) => {
  const { refusalOfRequest, proven, forge, keyThumbprint, clock, boundToken } = await startBound(t)
  const request = await proven()
  const forged = await forge({ cnf: { jkt: keyThumbprint }, iss: 'https://other' })
  const invalidToken = { status: 401, challenge: `DPoP error="invalid_token", ${algorithms}` }
  const withToken = { ...request, headers: { ...request.headers, authorization: `DPoP ${forged}` } }
  assert.deepEqual(await refusalOfRequest(withToken), invalidToken)
  await clock.advance(3_600_000)
  assert.deepEqual(await refusalOfRequest({ ...target, headers: { authorization: `DPoP ${boundToken}` } }), {
    status: 401,
    challenge: `DPoP error="invalid_token", error_description="The access token expired", ${algorithms}`,
  })
})

test('the tokens of a disabled client stop working with a proof too', async (t) => {
  const { refusalOfRequest, proven, disableClient, clientId, clock } = await startBound(t)
  assert.equal(await refusalOfRequest(await proven()), 'let in')
  await disableClient(clientId)
  await clock.advance(1000)
  const { challenge } = (await refusalOfRequest(await proven())) as { challenge: string }
  assert.match(challenge, /^DPoP error="invalid_token"/)
})
