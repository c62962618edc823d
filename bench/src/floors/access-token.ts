import {
  createHash,
  createPrivateKey,
  type KeyObject,
  randomUUID,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto'

export type Algorithm = 'ES256' | 'RS256'

/** Whom the benchmark's token endpoints know, and with which key they sign. */
export interface TokenSettings {
  readonly algorithm: Algorithm
  /** PEM, PKCS #8. */
  readonly privateKey: string
  readonly issuer: string
  readonly audience: string
  readonly client: { readonly id: string; readonly secret: string; readonly account: number }
}

export const lifetimeSeconds = 3600

/** Signs an access token with the claims that Tonegate's have, on libuv's threads. */
export type SignAccessToken = (scope: string, signed: (error: Error | null, token: string) => void) => void

/** The quickest signer that Node.js has: header encoded once, `crypto.sign` with a callback. */
export function createAccessTokens({
  algorithm,
  privateKey,
  issuer,
  audience,
  client,
}: TokenSettings): SignAccessToken {
  const key = createPrivateKey(privateKey)
  const input: KeyObject | SignKeyObjectInput =
    algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key
  const header = base64url({ typ: 'at+jwt', alg: algorithm, kid: keyId(privateKey) })
  return (scope, signed) => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: audience,
      sub: client.id,
      client_id: client.id,
      scope,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      jti: randomUUID(),
      account: client.account,
    }
    const content = `${header}.${base64url(claims)}`
    sign('sha256', Buffer.from(content), input, (error, signature) =>
      signed(error, error ? '' : `${content}.${signature.toString('base64url')}`),
    )
  }
}

export const keyId = (privateKey: string): string =>
  createHash('sha256').update(privateKey).digest('base64url')

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
