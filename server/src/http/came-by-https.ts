import type { IncomingMessage } from 'node:http'

/**
 * Whether a request came to the proxy in front of us by TLS (RFC 6749 §3.1, §3.2; RFC 6750 §5.3). The proxy says so
 * in `X-Forwarded-Proto`; where there are several values, the last one is its own (RFC 9700 §4.13). One that says
 * nothing leaves everything unanswered, rather than passwords to be read on the way.
 */
export function cameByHttps({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const said = [headers['x-forwarded-proto']].flat().at(-1) ?? ''
  return said.split(',').at(-1)?.trim().toLowerCase() === 'https'
}
