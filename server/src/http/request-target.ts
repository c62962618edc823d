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
