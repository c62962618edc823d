import { isIP } from 'node:net'
import type { HostAddress, LookUpHost } from './look-up-host.ts'
import { reasonOf } from './no-answer-reasons.ts'
import { NoAnswer } from './outgoing.ts'

/** Which addresses a request may go to. */
export interface AddressRules {
  readonly privateAddresses: 'refused' | 'allowed'
  readonly lookup: LookUpHost
  /** Which addresses are of the public Internet. */
  readonly isPublic: (address: string) => boolean
}

/** The addresses of a host: all of them such as a request may go to. @throws {NoAnswer} */
async function addressesOf(
  host: string,
  { privateAddresses, lookup, isPublic }: AddressRules,
): Promise<readonly HostAddress[]> {
  const family = isIP(host)
  const found = family ? [{ address: host, family }] : await lookup(host)
  if (privateAddresses === 'refused' && found.some(({ address }) => !isPublic(address))) {
    throw new NoAnswer('private-address', false)
  }
  return found
}

/** Node looks nothing up for an address that is written out. @throws {NoAnswer} */
export async function refusePrivateLiteral({ hostname }: URL, rules: AddressRules): Promise<void> {
  const host = withoutBrackets(hostname)
  if (isIP(host)) await addressesOf(host, rules)
}

/** What Node asks when it connects: the same look again, so that the connection goes where it was looked at. */
export function lookupForConnection(rules: AddressRules) {
  return (
    host: string,
    options: { readonly all?: boolean },
    done: (error: Error | null, address: unknown, family?: number) => void,
  ): void => {
    addressesOf(host, rules).then(
      (found) => {
        const [first] = found
        if (!first) done(new NoAnswer('no-such-host', false), '')
        else if (options.all) done(null, found)
        else done(null, first.address, first.family)
      },
      (error) => done(error instanceof NoAnswer ? error : notLookedUp(error), ''),
    )
  }
}

/** Of an IPv6 address in a URL. */
export const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

export const notLookedUp = ({ code }: { readonly code?: string }): NoAnswer =>
  new NoAnswer('no-such-host', false, reasonOf('no-such-host', code, 'look-up'))
