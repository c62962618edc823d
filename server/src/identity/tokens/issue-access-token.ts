import { sign } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { NewGuid } from '../../base/guid.ts'
import type { Region } from '../../base/region.ts'
import type { Client } from '../clients/known-clients.ts'
import type { SigningKey } from '../keys/signing-keys.ts'

/** To whom a token is issued and for what. */
interface Issue {
  readonly client: Client
  /** The user's id, or the client's where there is no user (RFC 9068 §2.2). */
  readonly subject: string
  /** Space-separated. */
  readonly scope: string
  /** Of a user who takes calls. */
  readonly agentId?: string
}

/** Issues a signed access token, in compact form. */
export type IssueAccessToken = (issue: Issue) => Promise<string>

/**
 * Issues access tokens in the JWT profile (RFC 9068), with the claims of contract/authentication §4. The
 * signature is made on the threads of libuv.
 */
export function createAccessTokens({
  clock,
  newGuid,
  region,
  key,
  lifetimeSeconds,
}: {
  readonly clock: Clock
  readonly newGuid: NewGuid
  readonly region: Region
  readonly key: SigningKey
  readonly lifetimeSeconds: number
}): IssueAccessToken {
  const header = base64url(JSON.stringify({ typ: 'at+jwt', alg: key.algorithm, kid: key.kid }))
  return ({ client, subject, scope, agentId }) => {
    const now = Math.floor(clock.now() / 1000)
    const claims = JSON.stringify({
      iss: region.issuer,
      aud: region.apiUrl,
      sub: subject,
      client_id: client.id,
      scope,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      jti: newGuid(),
      account: client.account.id,
      agent_id: agentId,
    })
    return signed(`${header}.${base64url(claims)}`, key)
  }
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url')

/** Appends the signature to a signing input (RFC 7515 §5.1). ECDSA signs as RFC 7518 §3.4 lays it out. */
function signed(input: string, { algorithm, privateKey }: SigningKey): Promise<string> {
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return new Promise((resolve, reject) => {
    sign(digest, Buffer.from(input, 'latin1'), key, (error, signature) => {
      if (error) reject(error)
      else resolve(`${input}.${signature.toString('base64url')}`)
    })
  })
}
