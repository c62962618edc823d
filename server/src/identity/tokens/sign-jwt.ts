import { sign } from 'node:crypto'
import type { SigningKey } from '../keys/signing-keys.ts'

/** Each key's header for each type of token, encoded once. */
const headers = new WeakMap<SigningKey, Map<string, string>>()

/**
 * Signs claims as a JWT in compact form (RFC 7519 §7.1). The header begins with `typ`
 * (contract/authentication §4). The signature is made on the threads of libuv.
 */
export function signJwt(key: SigningKey, type: 'at+jwt' | 'JWT', claims: object): Promise<string> {
  const input = `${headerOf(key, type)}.${base64url(JSON.stringify(claims))}`
  const digest = key.algorithm === 'EdDSA' ? null : 'sha256'
  const signing = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return new Promise((resolve, reject) => {
    sign(digest, Buffer.from(input, 'latin1'), signing, (error, signature) => {
      if (error) reject(error)
      else resolve(`${input}.${signature.toString('base64url')}`)
    })
  })
}

function headerOf(key: SigningKey, type: string): string {
  const ofKey = headers.get(key) ?? new Map<string, string>()
  headers.set(key, ofKey)
  const known = ofKey.get(type)
  if (known !== undefined) return known
  const header = base64url(JSON.stringify({ typ: type, alg: key.algorithm, kid: key.kid }))
  ofKey.set(type, header)
  return header
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url')
