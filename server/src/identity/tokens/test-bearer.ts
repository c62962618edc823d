import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type JWTPayload, SignJWT } from 'jose'
import { Problem } from '../../base/problem.ts'
import type { BearerRequest } from '../bearer.ts'
import { openSigningKeys } from '../keys/signing-keys.ts'
import { authorized, readJwt, startIdentity } from '../test-identity.ts'

export const metadata =
  'resource_metadata="https://nam.api.example.com/.well-known/oauth-protected-resource/globalpci"'
export const invalid = { status: 401, challenge: `Bearer error="invalid_token", ${metadata}` }
export const expired = {
  status: 401,
  challenge: `Bearer error="invalid_token", error_description="The access token expired", ${metadata}`,
}

export type Claims = Readonly<Record<string, unknown>>

/** For the tests: an identity server, a token of it, and tokens that it never issued, signed with its own keys. */
export async function startBearer(t: TestContext, options: Parameters<typeof startIdentity>[1] = {}) {
  const started = await startIdentity(t, options)
  const { identity, issue, store, clock, sealer, region } = started
  const keys = await openSigningKeys({ store, clock, sealer, region })
  const token = await issue()
  const { header, claims } = readJwt(token)

  /** A token signed with our own key; members that are `undefined` are left out. */
  async function forge(changes: Claims = {}, headerChanges: Claims = {}): Promise<string> {
    const key = keys.find(({ algorithm }) => algorithm === 'ES256')
    assert.ok(key)
    return new SignJWT({ ...claims, ...changes } as JWTPayload)
      .setProtectedHeader({ ...header, ...headerChanges })
      .sign(key.privateKey)
  }

  async function refusalOfRequest(request: BearerRequest) {
    try {
      await identity.bearer(request)
    } catch (error) {
      assert.ok(error instanceof Problem, String(error))
      return { status: error.status, challenge: error.options.headers?.['www-authenticate'] }
    }
    return 'let in'
  }
  const refusalOf = (authorization: string | undefined) => refusalOfRequest(authorized(authorization))

  return { ...started, keys, token, header, claims, forge, refusalOfRequest, refusalOf }
}
