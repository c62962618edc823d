import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import type { Region } from '../../base/region.ts'

/** An address, a host name without dots (of this machine or network), or one of the region’s own names. */
export function isOwnName(name: string, { issuer, apiUrl, paymentOrigin }: Region): boolean {
  const host = name.toLowerCase().replace(/^\[|\]$/g, '')
  return (
    isIP(host) !== 0 ||
    !host.includes('.') ||
    host.endsWith('.localhost') ||
    [issuer, apiUrl, paymentOrigin].some((url) => new URL(url).hostname === host)
  )
}

/**
 * What the sandbox does at will is for programs, and for its own pages: no page of another origin has it done, or reads what
 * it says, by a browser of this machine, under whatever name it finds this server.
 *
 * @throws {Problem} `misdirected-request` for a name that is not this server's, `not-possible-now` for another origin.
 */
export function requireOwnPage({ hostname, headers }: FastifyRequest, region: Region): void {
  if (!isOwnName(hostname, region)) {
    throw new Problem('misdirected-request', 'The sandbox is not available under this host name.')
  }
  const { origin, host, 'sec-fetch-site': site = 'none' } = headers
  const isOther = origin !== undefined && URL.parse(origin)?.host !== host?.toLowerCase()
  if (isOther || (site !== 'none' && site !== 'same-origin')) {
    throw new Problem(
      'not-possible-now',
      'A page of another origin may not use the sandbox’s tools. Ask from a program, such as the test itself.',
    )
  }
}
