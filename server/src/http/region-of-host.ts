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
  const label = (host ?? '').split('.', 1)[0]?.toLowerCase()
  const named = regionNames.find((name) => name === label)
  if (named === undefined) return defaultRegion
  return regions.includes(named) ? named : undefined
}
