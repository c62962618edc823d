import type { RegionName } from '../base/region.ts'
import type { SplitRole } from '../config/channel-settings.ts'

/**
 * What is said between the two processes, as a number: it rises when an older one would misunderstand a newer one. Those of
 * different numbers do not work together.
 */
export const channelVersion = 1

/** How a process introduces itself to the other. */
export interface Greeting {
  readonly half: SplitRole
  readonly channelVersion: number
  readonly regions: readonly RegionName[]
  /** Why it cannot do its work at the moment; absent while it can. */
  readonly notReady?: string
}

/**
 * Why two splitRoles cannot work together, for the operator; `undefined` when they can.
 *
 * @param theirs what the other process answered, whatever it is.
 */
export function disagreement(ours: Greeting, theirs: unknown): string | undefined {
  const { half, channelVersion: version, regions } = (theirs ?? {}) as Partial<Greeting>
  if (typeof version !== 'number' || !Array.isArray(regions)) {
    return 'the other process is a different version of Tonegate, or not Tonegate at all'
  }
  if (version !== ours.channelVersion) {
    return `the other process is a different version of Tonegate: its channel version is ${version}, ours is ${ours.channelVersion}`
  }
  if (half === ours.half) return `both processes have the role ${half}; one must be api, the other vault`
  if (sorted(regions) !== sorted(ours.regions)) {
    return `the other process serves different regions: ${sorted(regions)}; this one serves ${sorted(ours.regions)}`
  }
  return undefined
}

const sorted = (regions: readonly string[]): string => [...regions].sort().join(', ')

/**
 * Why the other process cannot do its work at the moment, in its own words; `undefined` while it can.
 *
 * @param theirs its greeting, which {@link disagreement} has found to agree with ours.
 */
export function notReadyOf(theirs: unknown): string | undefined {
  const { notReady } = theirs as Partial<Greeting>
  return typeof notReady === 'string' ? notReady.slice(0, maxReasonLength) : undefined
}

const maxReasonLength = 500
