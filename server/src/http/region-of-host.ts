import { type RegionName, regionNames } from '../base/region.ts'

/**
 * Which region a `Host` header means (contract/authentication §1): the one that its first label names, in
 * either case; the default one for every other host, such as `localhost` or an address. A region that is
 * known and not served here is `undefined`.
 */
export function regionOfHost(
  host: string | undefined,
  { regions, defaultRegion }: { readonly regions: readonly RegionName[]; readonly defaultRegion: RegionName },
): RegionName | undefined {
  const named = regionNames.find((name) => isNamed(host, name))
  if (named === undefined) return defaultRegion
  return regions.includes(named) ? named : undefined
}

/** Looked at for each request: most hosts are told apart by their first letters. */
function isNamed(host: string | undefined, name: RegionName): boolean {
  if (host === undefined || (host.length > name.length && host[name.length] !== '.')) return false
  return host.slice(0, name.length).toLowerCase() === name
}
