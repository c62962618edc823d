import type { ListenAddress } from './listen-address.ts'

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * What keeps a process from listening wherever it is to: two settings with one port.
 *
 * @param places by the variable that each comes from. Port 0 is a free one.
 */
export function portFaults(places: Readonly<Record<string, ListenAddress | null>>): readonly string[] {
  const faults: string[] = []
  const taken = new Map<string, ListenAddress>()
  for (const [variable, place] of Object.entries(places)) {
    if (place === null || place.port === 0) continue
    const other = [...taken].find(([, each]) => meet(each, place))
    if (other) {
      faults.push(`${variable} has the port ${place.port}, which ${other[0]} has too. Choose another port.`)
    }
    taken.set(variable, place)
  }
  return faults
}

const meet = (one: ListenAddress, other: ListenAddress): boolean =>
  one.port === other.port &&
  (one.host === other.host || everywhere.has(one.host) || everywhere.has(other.host))
