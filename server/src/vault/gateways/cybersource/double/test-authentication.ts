import { createHash, createHmac } from 'node:crypto'
import { jsonIn } from '../../json-answer.ts'
import type { DoubleRequest } from '../../test-double.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'

export const cybersourceSettings = {
  merchantId: 'harbour_books',
  keyId: '08c94330-f618-42a3-b09d-e1e43be5efda',
  sharedSecret: 'yBJxy6LjM2TmcPGu+GaJrHtkke25fPpUX+UY6/L/1tE=',
} satisfies CybersourceSettings

const { keyId, merchantId, sharedSecret } = cybersourceSettings
const hmac = (text: string) => createHmac('sha256', Buffer.from(sharedSecret, 'base64')).update(text)
const digestOf = (body: Buffer) => createHash('sha256').update(body).digest('base64')

/** Who asks, and the key that the answer is to be encrypted to. */
export interface Accepted {
  readonly responseKeyId?: string
}

/**
 * Checks who asks, as CyberSource's documents say: by a token that is of this request alone and young, or by a signature
 * of HTTP.
 *
 * @param now milliseconds since the epoch.
 */
export function accepted(request: DoubleRequest, now: number): Accepted | undefined {
  const { authorization } = request.headers
  if (authorization === undefined) return isSigned(request) ? {} : undefined
  const [header = '', claims = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.')
  const { alg, kid } = jsonIn(Buffer.from(header, 'base64url')) ?? {}
  const said = jsonIn(Buffer.from(claims, 'base64url')) ?? {}
  const wanted = {
    ...(request.method !== 'GET' && { digest: digestOf(request.body), 'digest-algorithm': 'SHA-256' }),
    'request-host': request.headers.host,
    'request-resource-path': targetOf(request),
    'request-method': request.method.toLowerCase(),
    iss: merchantId,
    'v-c-jwt-version': '2',
    'v-c-merchant-id': merchantId,
  }
  const { iat, exp, jti, 'v-c-response-mle-kid': responseKeyId, ...rest } = said
  const isSame =
    Object.keys(rest).length === Object.keys(wanted).length &&
    Object.entries(wanted).every(([name, value]) => rest[name] === value)
  const isFresh = Number(exp) - Number(iat) === 120 && Math.abs(now / 1000 - Number(iat)) < 60
  const isRight = hmac(`${header}.${claims}`).digest('base64url') === signature
  if (!(isSame && isFresh && isRight && alg === 'HS256' && kid === keyId && typeof jti === 'string')) return
  return typeof responseKeyId === 'string' ? { responseKeyId } : {}
}

const targetOf = ({ path, query }: DoubleRequest): string => `${path}${query.size > 0 ? `?${query}` : ''}`

/** By the signature's own list of headers. */
function isSigned(request: DoubleRequest): boolean {
  const { method, headers, body } = request
  const parts = new Map(
    [...(headers.signature ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, name, value]) => [name, value] as const,
    ),
  )
  const names = (parts.get('headers') ?? '').split(' ')
  const wanted = [
    'host',
    'v-c-date',
    'request-target',
    ...(method === 'POST' ? ['digest'] : []),
    'v-c-merchant-id',
  ]
  const isOfBody = method !== 'POST' || headers.digest === `SHA-256=${digestOf(body)}`
  if (names.join() !== wanted.join() || !isOfBody) return false
  const target = `${method.toLowerCase()} ${targetOf(request)}`
  const text = names
    .map((name) => `${name}: ${name === 'request-target' ? target : headers[name]}`)
    .join('\n')
  return (
    parts.get('keyid') === keyId &&
    parts.get('algorithm') === 'HmacSHA256' &&
    headers['v-c-merchant-id'] === merchantId &&
    parts.get('signature') === hmac(text).digest('base64')
  )
}
