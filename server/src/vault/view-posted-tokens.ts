import type { FastifyRequest } from 'fastify'
import { Problem } from '../base/problem.ts'

/** The tokens that a page was opened with; empty where one was not sent. */
export interface PostedTokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/**
 * Reads the raw tokens from the form fields `X-BEARER-TOKEN` and `X-REFRESH-TOKEN`, or from request headers of
 * the same names (contract/provider §3). Names are matched without regard to case.
 *
 * @throws {Problem} `invalid-request` when one was sent twice.
 */
export function readPostedTokens({ headers, body }: FastifyRequest): PostedTokens {
  const form = body instanceof URLSearchParams ? body : new URLSearchParams()
  const read = (name: 'x-bearer-token' | 'x-refresh-token') => {
    const values = [...form].filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
    if (values.length > 1) throw new Problem('invalid-request', `${name} was sent twice.`)
    return values[0] ?? String(headers[name] ?? '')
  }
  return { accessToken: read('x-bearer-token'), refreshToken: read('x-refresh-token') }
}
