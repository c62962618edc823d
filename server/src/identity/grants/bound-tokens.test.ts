import assert from 'node:assert/strict'
import { request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { NewClient } from '../clients/create-client.ts'
import { nam, readJwt, startIdentity } from '../test-identity.ts'
import { createProver, type Members } from '../tokens/test-proofs.ts'

const endpoint = { method: 'POST', url: `${nam.issuer}/connect/token` }

async function startTokens(t: TestContext, client: Partial<NewClient> = {}) {
  const started = await startIdentity(t, { client })
  const prover = await createProver(started.clock)
  return {
    ...started,
    ...prover,
    /** Asks for a token with a proof; the changes are of the proof. */
    async requestBound(claims: Members = {}, header: Members = {}) {
      const dpop = await prover.prove(endpoint, claims, header)
      return started.requestToken({}, { headers: { dpop } })
    },
  }
}

test('with a proof the token is bound to its key, and of the type DPoP (RFC-44, RFC-56)', async (t) => {
  const { requestBound, keyThumbprint } = await startTokens(t)
  const answer = await requestBound()
  assert.equal(answer.statusCode, 200)
  const { access_token } = answer.json()
  assert.equal(answer.body, `{"access_token":"${access_token}","expires_in":3600,"token_type":"DPoP"}`)
  assert.deepEqual(readJwt(access_token).claims.cnf, { jkt: keyThumbprint })
})

test('a bound token works with a proof of its key and not without (RFC-56)', async (t) => {
  const { requestBound, prove, identity } = await startTokens(t)
  const accessToken = (await requestBound()).json().access_token
  const target = { method: 'POST', url: '/globalpci/v1/session' }
  const dpop = await prove({ method: 'POST', url: `${nam.apiUrl}/v1/session`, accessToken })
  const proven = { ...target, headers: { authorization: `DPoP ${accessToken}`, dpop } }
  assert.equal((await identity.bearer(proven)).account.name, 'Harbour Street Books')
  const asBearer = { ...target, headers: { authorization: `Bearer ${accessToken}` } }
  await assert.rejects(async () => identity.bearer(asBearer), { code: 'invalid-token' })
})

test('a client that was registered so gets no token without a proof (RFC-56)', async (t) => {
  const { requestToken, requestBound } = await startTokens(t, { dpopBound: true })
  const refused = await requestToken()
  assert.equal(refused.statusCode, 400)
  assert.equal(refused.body, '{"error":"invalid_dpop_proof","error_description":"The DPoP proof is missing"}')
  assert.equal((await requestBound()).json().token_type, 'DPoP')
})

for (const [what, claims, reason] of [
  ['for another method', { htm: 'GET' }, 'The DPoP proof was made for a different method'],
  ['for another URL', { htu: nam.apiUrl }, 'The DPoP proof was made for a different URL'],
  ['of an hour ago', { iat: 1 }, 'The DPoP proof is too old or dated in the future'],
  ['without a jti', { jti: undefined }, 'The jti of the DPoP proof is missing or too long'],
] as const) {
  test(`a proof ${what} is refused, and there is no token (RFC-56)`, async (t) => {
    const { requestBound } = await startTokens(t)
    const answer = await requestBound(claims)
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.json(), { error: 'invalid_dpop_proof', error_description: reason })
    assert.equal(answer.headers['cache-control'], 'no-store')
  })
}

test('a proof with a private key in it is refused and logged nowhere (RFC-56)', async (t) => {
  const { requestBound, privateJwk, lines } = await startTokens(t)
  const answer = await requestBound({}, { jwk: privateJwk })
  assert.equal(answer.json().error, 'invalid_dpop_proof')
  assert.ok(!lines.join('').includes(privateJwk.d ?? ''))
})

test('a proof gets one token, also of twenty requests at once (RFC-56)', async (t) => {
  const { requestToken, prove } = await startTokens(t)
  const headers = { dpop: await prove(endpoint) }
  const answers = await Promise.all(Array.from({ length: 20 }, () => requestToken({}, { headers })))
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
})

test('the client is looked at before the proof (RFC-1)', async (t) => {
  const { requestToken } = await startTokens(t, { dpopBound: true })
  const answer = await requestToken({ client_secret: 'x'.repeat(40) }, { headers: { dpop: 'x' } })
  assert.equal(answer.body, '{"error":"invalid_client"}')
})

test('the path is proven as it was sent, in whichever case (RFC-56)', async (t) => {
  const { app, prove, clientId, secret } = await startTokens(t)
  const ask = async (htu: string) =>
    app.inject({
      method: 'POST',
      url: '/Auth/connect/token?x=y',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        dpop: await prove({ method: 'POST', url: htu }),
        host: 'elsewhere.example',
      },
      payload: `grant_type=client_credentials&scope=globalpci&client_id=${clientId}&client_secret=${secret}`,
    })
  assert.equal((await ask('https://nam.example.com/Auth/connect/token')).statusCode, 200)
  assert.equal((await ask('https://elsewhere.example/Auth/connect/token')).statusCode, 400)
})

test('two DPoP headers on a real connection are refused, however good each is (RFC-56)', async (t) => {
  const { app, prove, clientId, secret } = await startTokens(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const ask = async (dpop: string[]) =>
    new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop }
      const sent = send({ port, path: '/auth/connect/token', method: 'POST', headers }, async (answer) =>
        resolve(Buffer.concat(await answer.toArray()).toString()),
      )
      sent.on('error', reject)
      sent.end(`grant_type=client_credentials&scope=globalpci&client_id=${clientId}&client_secret=${secret}`)
    })
  const [one, other] = [await prove(endpoint), await prove(endpoint)]
  assert.deepEqual(JSON.parse(await ask([one, other])), {
    error: 'invalid_dpop_proof',
    error_description: 'The DPoP header must contain exactly one compact JWS',
  })
  assert.equal(JSON.parse(await ask([one])).token_type, 'DPoP')
})
