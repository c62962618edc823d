import type { IncomingMessage } from 'node:http'

const absolute = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#@]*)(.*)$/i

/**
 * A request that names what it is for by a whole URL, as clients of a proxy do, becomes one for its path at its host, whatever
 * its `Host` header says (RFC 9112 §3.2.2).
 */
export function takeTarget(request: Pick<IncomingMessage, 'url' | 'headers'>): void {
  const { url = '/', headers } = request
  if (url.startsWith('/')) return
  const [, host, path = ''] = absolute.exec(url) ?? []
  if (host === undefined) return
  headers.host = host
  request.url = path.startsWith('/') ? path : `/${path}`
}

/** What is wrong with the `Host` header, if anything is (RFC 9112 §3.2). Node.js takes the first of several. */
export function hostFault({
  rawHeaders,
  httpVersion,
}: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): string | undefined {
  let count = 0
  for (let place = 0; place < rawHeaders.length; place += 2) if (isHost(rawHeaders[place])) count += 1
  if (count > 1) return 'there is more than one Host header'
  return count === 0 && httpVersion !== '1.0' ? 'there is no Host header' : undefined
}

const isHost = (name = '') => name.length === 4 && name.toLowerCase() === 'host'
