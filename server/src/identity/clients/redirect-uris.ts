/** Where the browser is on the machine that asked; traffic to it leaves no wire (RFC 8252 §8.3). */
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

const maxCharacters = 2000
/** What RFC 3986 §2 lets a URI be written with, without the fragment's `#`. */
const written = /^(?:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/
const plainHost = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])$/
/** A reverse domain name, so that `javascript`, `data` and their like are none (RFC 8252 §7.1). */
const privateUse = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/

/**
 * Whether a redirect URI may be registered (RFC 6749 §3.1.2, RFC 9700 §2.6): absolute, without a fragment or
 * userinfo, https; http only to the machine itself; an app's own scheme only for public clients. It is written
 * in the one way that a browser writes it, so that comparing characters compares URIs.
 *
 * @throws {TypeError} when it may not.
 */
export function checkRedirectUri(uri: string, clientType: 'confidential' | 'public'): void {
  if (uri.includes('#')) throw new TypeError('A redirect URI must not have a fragment.')
  if (uri.length > maxCharacters) {
    throw new TypeError(`The redirect URI is too long. The limit is ${maxCharacters} characters.`)
  }
  const url = written.test(uri) ? URL.parse(uri) : null
  if (url === null)
    throw new TypeError('A redirect URI must be absolute and contain only what RFC 3986 allows.')
  if (url.username !== '' || url.password !== '')
    throw new TypeError('A redirect URI must not contain a user.')
  if (url.href !== uri && url.href !== `${uri}/`) {
    throw new TypeError(`The redirect URI must be written as browsers write it: ${url.href}`)
  }
  if (isWeb(url)) {
    checkWebHost(url)
    return
  }
  if (!privateUse.test(uri)) {
    throw new TypeError(
      'A redirect URI must be https, http to a loopback address, or use a scheme like com.example.app.',
    )
  }
  if (clientType !== 'public')
    throw new TypeError('Only a public client may use a scheme of its own (RFC 8252 §7.1).')
}

/**
 * Whether an origin may be registered whose pages read our answers: exactly `scheme://host[:port]`, https, or
 * http on the machine itself.
 *
 * @throws {TypeError} when it may not.
 */
export function checkOrigin(origin: string): void {
  const url = URL.parse(origin)
  if (url === null || !isWeb(url) || url.origin !== origin) {
    throw new TypeError('An origin must be written as browsers write it: https://desktop.example.com')
  }
  checkWebHost(url)
}

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:'

/** No host that a wildcard or another directive could hide in, and http to nobody else's machine. */
function checkWebHost({ protocol, hostname }: URL): void {
  if (!plainHost.test(hostname))
    throw new TypeError('A host name may contain only letters, digits, dots and hyphens.')
  if (protocol === 'http:' && !loopbackHosts.has(hostname)) {
    throw new TypeError('http is allowed only for 127.0.0.1, [::1] and localhost (RFC 9700 §2.6).')
  }
}

/**
 * Whether a redirect URI is one of the registered ones: character by character (RFC 9700 §2.1). Of a loopback
 * address the port may be another one, because an app takes what is free (RFC 8252 §7.3); not of `localhost`,
 * which is a name.
 */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  if (registered.includes(uri)) return true
  const ofAnyPort = withoutPort(uri)
  return ofAnyPort !== undefined && registered.some((each) => withoutPort(each) === ofAnyPort)
}

const loopbackAddress = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::([1-9]\d{0,4}))?(?=[/?]|$)/

function withoutPort(uri: string): string | undefined {
  const match = loopbackAddress.exec(uri)
  if (match === null || Number(match[2] ?? 0) > 65_535) return undefined
  return `${match[1]}${uri.slice(match[0].length)}`
}
