/** An id and a secret as a client sent them. */
export interface Credentials {
  readonly id: string
  readonly secret: string
}

const scheme = /^Basic +/i
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Reads `Authorization: Basic` (RFC 7617, RFC 6749 §2.3.1). Each half may be form-url-encoded or raw: with
 * the alphabet of our ids and secrets both read the same (contract/authentication §3). Bytes that are not
 * UTF-8 become U+FFFD, which no id and no secret holds.
 *
 * @returns `undefined` for anything that is not such a header.
 */
export function readBasicCredentials(authorization: string): Credentials | undefined {
  const start = scheme.exec(authorization)?.[0].length
  if (start === undefined) return undefined
  const encoded = authorization.slice(start).trimEnd()
  if (!base64.test(encoded)) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
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
