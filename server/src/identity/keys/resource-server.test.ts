import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { readJwt, startIdentity } from '../test-identity.ts'
import { rotateKeys, successorLeadMilliseconds } from './rotate-keys.ts'

const second = 1000
const tokenLifetimeSeconds = 3600

/** The identity server on a real port, and a resource server that knows nothing of it but its issuer. */
async function startResourceServer(t: TestContext) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const region = {
    name: 'nam',
    issuer: `${origin}/auth`,
    apiUrl: `${origin}/globalpci`,
    paymentOrigin: origin,
  } as const
  const started = await startIdentity(t, { region })
  await started.app.ready()
  let reads = 0
  server.on('request', (request, response) => {
    reads += 1
    started.app.routing(request, response)
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const discovered = await fetch(`${region.issuer}/.well-known/openid-configuration`)
  const { jwks_uri } = (await discovered.json()) as { jwks_uri: string }
  const keySet = createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration: 0 })
  const { clock, issue, ...parts } = started
  const verify = async (token: string) => {
    const currentDate = new Date(clock.now())
    const checks = { issuer: region.issuer, audience: region.apiUrl, typ: 'at+jwt', currentDate }
    return (await jwtVerify(token, keySet, checks)).protectedHeader.kid
  }
  return {
    clock,
    issue,
    verify,
    keySet,
    reads: () => reads,
    rotate: (compromised: boolean) => rotateKeys({ ...parts, clock, tokenLifetimeSeconds, compromised }),
  }
}

test('a resource server with jose goes through a rotation and refuses no token (RFC-37)', async (t) => {
  const { clock, issue, verify, keySet, reads, rotate } = await startResourceServer(t)
  const early = await issue()
  const oldKid = await verify(early)
  await rotate(false)
  await clock.advance(300 * second)
  await keySet.reload()
  const before = reads()
  await clock.advance(successorLeadMilliseconds - 300 * second - 1)
  const last = await issue()
  await clock.advance(1)
  const next = await issue()
  assert.notEqual(readJwt(next).header.kid, oldKid)
  assert.equal(await verify(next), readJwt(next).header.kid)
  assert.deepEqual([await verify(early), await verify(last)], [oldKid, oldKid])
  assert.equal(reads(), before, 'it knew the key before it saw a token of it')

  await clock.advance(tokenLifetimeSeconds * second - 1001)
  await keySet.reload()
  assert.equal(await verify(last), oldKid)
})

test('a resource server with jose refuses the tokens of a compromised key once it has read the key set', async (t) => {
  const { clock, issue, verify, rotate } = await startResourceServer(t)
  const stolen = await issue()
  await verify(stolen)
  await rotate(true)
  await clock.advance(second)
  const next = await issue()
  assert.equal(
    await verify(next),
    readJwt(next).header.kid,
    'jose reads anew for a kid that it does not know',
  )
  await assert.rejects(verify(stolen), errors.JWKSNoMatchingKey)
})
