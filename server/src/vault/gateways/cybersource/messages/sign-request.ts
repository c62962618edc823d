import { createHash, createHmac } from 'node:crypto'
import type { CybersourceSettings } from '../cybersource-settings.ts'

/**
 * The headers that authenticate a request, as CyberSource's HTTP Signature has them: an HMAC-SHA256 under the shared
 * secret over host, date, method with path, digest of the body, and merchant. CyberSource has retired it in favour of
 * {@link bearerToken}; it is for an account that has not been moved yet.
 *
 * @param body absent for a GET.
 * @param now milliseconds since the epoch; CyberSource takes a date that is a few minutes off.
 */
export function signRequest(
  { merchantId, keyId, sharedSecret }: CybersourceSettings,
  {
    method,
    url,
    body,
    now,
  }: {
    readonly method: string
    readonly url: URL
    readonly body?: Uint8Array
    readonly now: number
  },
): Readonly<Record<string, string>> {
  const date = new Date(now).toUTCString()
  const digest = body && `SHA-256=${createHash('sha256').update(body).digest('base64')}`
  const signed = [
    ['host', url.host],
    ['v-c-date', date],
    ['request-target', `${method.toLowerCase()} ${url.pathname}${url.search}`],
    ...(digest ? [['digest', digest]] : []),
    ['v-c-merchant-id', merchantId],
  ] as const
  const text = signed.map(([name, value]) => `${name}: ${value}`).join('\n')
  const signature = createHmac('sha256', Buffer.from(sharedSecret, 'base64')).update(text).digest('base64')
  const names = signed.map(([name]) => name).join(' ')
  return {
    'v-c-date': date,
    'v-c-merchant-id': merchantId,
    ...(digest && { digest }),
    signature: `keyid="${keyId}", algorithm="HmacSHA256", headers="${names}", signature="${signature}"`,
  }
}
