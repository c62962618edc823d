/** The regions; an account lives in exactly one. */
export const regionNames = ['nam', 'emea', 'apac'] as const

export type RegionName = (typeof regionNames)[number]

/** What a region calls itself towards programs. */
export interface Addresses {
  /** The issuer of its tokens, `https://nam.example.com/auth`. */
  readonly issuer: string
  /** The base of its Payment API, `https://nam.api.example.com/globalpci`; the audience of its tokens. */
  readonly apiUrl: string
}

/** A region as a value: what it is called and where it is reached. Nothing crosses from one to another. */
export interface Region extends Addresses {
  readonly name: RegionName
  /** The origin of the agent view and the payment page, `https://nam.pay.example.com`. */
  readonly paymentOrigin: string
  /**
   * Without a domain, on this machine alone: its names there, by the `Host` (`localhost:8080`) that means them. A client
   * that came by one of them is answered in its terms. Absent with a domain, where a region has one name.
   */
  readonly localNames?: ReadonlyMap<string, Addresses>
}

/** What a region calls itself towards whoever has sent this `Host`: by no name that is not one of its own. */
export function addressesAt(region: Region, host: string | undefined): Addresses {
  const { localNames } = region
  if (localNames === undefined || host === undefined) return region
  return localNames.get(host) ?? localNames.get(normalHost(host)) ?? region
}

/** The page of errors that answers lead to: `type` of a problem, `error_uri` of an OAuth error. */
export const errorsPageAt = (region: Region, host: string | undefined): string =>
  `${addressesAt(region, host).apiUrl}/errors`

/** All that a region may have called itself. */
export const allAddresses = (region: Region): ReadonlySet<Addresses> =>
  new Set([region, ...(region.localNames?.values() ?? [])])

/**
 * The origin of an endpoint, as its client sees it.
 *
 * @param url where the endpoint is by the region's own addresses.
 */
export function originAt(region: Region, host: string | undefined, url: string): string {
  const known = host !== undefined && region.localNames?.has(normalHost(host))
  return known ? `http://${normalHost(host)}` : new URL(url).origin
}

/** In lower case, without the port that http has anyway, an IPv6 address at its shortest. */
const normalHost = (host: string): string =>
  hostPattern.test(host) ? (URL.parse(`http://${host}`)?.host ?? '') : ''

/** Nothing but a name or address, and a port. */
const hostPattern = /^[a-z0-9.:[\]-]+$/i
