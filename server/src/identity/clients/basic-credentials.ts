/** An id and a secret as a client sent them. */
export interface Credentials {
  readonly id: string
  readonly secret: string
}

const scheme = /^\s*Basic(?: +|$)/i
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Reads `Authorization: Basic` (RFC 7617, RFC 6749 §2.3.1). Each half may be form-url-encoded or raw: with
 * the alphabet of our ids and secrets both read the same (contract/authentication §3). Bytes that are not
 * UTF-8 become U+FFFD, which no id and no secret holds.
 *
 * @returns `absent` for a header of any other scheme, which is no client's way to authenticate: a program's interceptor
 *   adds its `Bearer` to every request. `empty` for Basic with nothing in it, `unreadable` for what is not Base64 of an
 *   id, a colon and a secret.
 */
export function readBasicCredentials(
  authorization: string | undefined,
): Credentials | 'absent' | 'empty' | 'unreadable' {
  const start = scheme.exec(authorization ?? '')?.[0].length
  if (authorization === undefined || start === undefined) return 'absent'
  const encoded = authorization.slice(start).trimEnd()
  if (encoded === '') return 'empty'
  if (!base64.test(encoded)) return 'unreadable'
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  if (text === ':') return 'empty'
  const colon = text.indexOf(':')
  if (colon < 0) return 'unreadable'
  return { id: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) }
}

function formDecoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
