import type { Clock } from '../../base/clock.ts'

/** Which DPoP proofs have been used (RFC 9449 §11.1). */
export interface UsedProofs {
  /**
   * Takes note of a proof, if it is the first time that it is used.
   *
   * @param name what nobody but the holder of its key can have chosen.
   * @param refusedFrom from when on it is refused for its age, in milliseconds since the epoch.
   * @param source what was proved of the sender, or where it is: one that floods leaves room for the others.
   */
  use(name: string, refusedFrom: number, source: string | undefined): 'first' | 'again' | 'full'
}

interface Slot {
  readonly names: Set<string>
  readonly bySource: Map<string, number>
}

/** What is refused in the same ten seconds is forgotten together. */
const slotMilliseconds = 10_000

/**
 * Remembers each proof for as long as it would be accepted, in this process's memory. When there are too many
 * no further one is taken: to forget one that is still good would let it be used again, by whoever caused the
 * flood. A source has room for as long as less than what is left is its own, so that one alone has half, and there is
 * always room for another. What another node has used, or this one before a restart, is not known here.
 *
 * @param most so many at once, some 100 bytes each.
 */
export function createUsedProofs({
  clock,
  most,
}: {
  readonly clock: Clock
  readonly most: number
}): UsedProofs {
  const slots = new Map<number, Slot>()
  let size = 0

  function countOf(source: string): number {
    let count = 0
    for (const { bySource } of slots.values()) count += bySource.get(source) ?? 0
    return count
  }

  function forgetOld(): void {
    const current = Math.floor(clock.now() / slotMilliseconds)
    for (const [slot, { names }] of slots) {
      if (slot >= current) continue
      slots.delete(slot)
      size -= names.size
    }
  }

  return {
    use(name, refusedFrom, source) {
      forgetOld()
      const key = Math.floor(refusedFrom / slotMilliseconds)
      const slot = slots.get(key) ?? { names: new Set(), bySource: new Map() }
      if (slot.names.has(name)) return 'again'
      const left = most - size
      if (left <= 0 || (source !== undefined && countOf(source) >= left)) return 'full'
      slots.set(key, slot)
      slot.names.add(name)
      if (source !== undefined) slot.bySource.set(source, (slot.bySource.get(source) ?? 0) + 1)
      size += 1
      return 'first'
    },
  }
}
