/**
 * Whether two URLs lead to the same place, without their queries and fragments (RFC 9449 §4.3). They are
 * compared in the normal form of RFC 3986 §6.2.2 and §6.2.3: scheme and host in lower case, no default port, no
 * dots, nothing encoded that need not be.
 */
export function isSameUrl(one: string, other: string): boolean {
  const normal = normalUrl(one)
  return normal !== undefined && normal === normalUrl(other)
}

function normalUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || url.origin === 'null' || url.username !== '' || url.password !== '') return undefined
  return `${url.origin}${url.pathname.replace(/%[0-9a-f]{2}/gi, normalEncoding)}`
}

const unreserved = /^[A-Za-z0-9._~-]$/

function normalEncoding(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return unreserved.test(character) ? character : encoded.toUpperCase()
}
