import type { GatewayChallenge } from '../model/gateway.ts'
import { UnclearAnswer } from './ask-gateway.ts'

/**
 * A redirect as a form: a browser makes the query of a form that is sent by GET from its fields, and drops the one that
 * its address had.
 *
 * @throws {UnclearAnswer} when it is no address of the web, or a name comes twice in its query.
 */
export function redirectChallenge(address: string): GatewayChallenge {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new UnclearAnswer('a redirect without an address')
  const fields = Object.fromEntries(url.searchParams)
  if (Object.keys(fields).length < url.searchParams.size)
    throw new UnclearAnswer('a redirect with a duplicate name')
  url.search = ''
  return { status: 'challenge', challenge: { url: url.href, method: 'get', fields } }
}
