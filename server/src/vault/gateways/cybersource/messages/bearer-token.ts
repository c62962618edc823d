import { createHash, createHmac } from 'node:crypto'
import type { CybersourceSettings } from '../cybersource-settings.ts'

/** So long CyberSource takes a token, in seconds. */
const lifetime = 120

/**
 * The token that authenticates one request, as CyberSource has JWT messaging with a shared secret: HS256 (RFC 7519) over
 * what is asked and the digest of the body. Members are in the order in which CyberSource's own SDK writes them.
 *
 * @param body absent for a GET.
 * @param id of this token alone.
 * @param now milliseconds since the epoch.
 */
export function bearerToken(
  { merchantId, keyId, sharedSecret, responseKeyId }: CybersourceSettings,
  {
    method,
    url,
    body,
    id,
    now,
  }: {
    readonly method: string
    readonly url: URL
    readonly body?: Uint8Array
    readonly id: string
    readonly now: number
  },
): string {
  const issuedAt = Math.floor(now / 1000)
  const digest = body && createHash('sha256').update(body).digest('base64')
  const header = { typ: 'JWT', alg: 'HS256', kid: keyId }
  const claims = {
    ...(digest !== undefined && { digest, 'digest-algorithm': 'SHA-256' }),
    iat: issuedAt,
    exp: issuedAt + lifetime,
    'request-host': url.host,
    'request-resource-path': `${url.pathname}${url.search}`,
    'request-method': method.toLowerCase(),
    iss: merchantId,
    jti: id,
    'v-c-jwt-version': '2',
    'v-c-merchant-id': merchantId,
    ...(responseKeyId !== undefined && { 'v-c-response-mle-kid': responseKeyId }),
  }
  const signed = `${encoded(header)}.${encoded(claims)}`
  const key = Buffer.from(sharedSecret, 'base64')
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
