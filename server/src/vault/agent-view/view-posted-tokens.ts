import type { FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import { FormBody } from '../../http/bodies/form-body.ts'

/** What a page was opened with; empty where it was not sent. */
export interface PostedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** The origin of the page that the form came from, as far as that is one. */
  readonly origin: string
}

/**
 * Reads the raw tokens from the form fields `X-BEARER-TOKEN` and `X-REFRESH-TOKEN`, or from request headers of
 * the same names (contract/provider §3). Names are matched without regard to case.
 *
 * The third field, `X-HOST-ORIGIN`, says from which origin the view was opened: a page that opens itself again posts from
 * its own, and a browser does not name a desktop that keeps its name to itself (`Referrer-Policy: no-referrer`).
 * Whatever it says, a message is delivered to an origin that may frame the view, or to nobody.
 *
 * @throws {Problem} `invalid-request` when one was sent twice.
 */
export function readPostedTokens({ headers, body }: FastifyRequest): PostedTokens {
  const form = [...(body instanceof FormBody ? body.texts() : [])]
  const field = (name: string) => {
    const values = form.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
    if (values.length > 1) throw new Problem('invalid-request', `${name} was sent twice.`)
    return values[0]
  }
  const read = (name: 'x-bearer-token' | 'x-refresh-token') => field(name) ?? String(headers[name] ?? '')
  return {
    accessToken: read('x-bearer-token'),
    refreshToken: read('x-refresh-token'),
    origin: originIn(field('x-host-origin')) || originIn(headers.origin),
  }
}

const originIn = (text = ''): string => (URL.parse(text)?.origin === text && text !== 'null' ? text : '')
