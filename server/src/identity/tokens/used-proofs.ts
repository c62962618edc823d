import type { Clock } from '../../base/clock.ts'

/** Which DPoP proofs have been used (RFC 9449 §11.1). */
export interface UsedProofs {
  /**
   * Takes note of a proof, if it is the first time that it is used.
   *
   * @param name what nobody but the holder of its key can have chosen.
   * @param refusedFrom from when on it is refused for its age, in milliseconds since the epoch.
   */
  use(name: string, refusedFrom: number): 'first' | 'again' | 'full'
}

/** What is refused in the same ten seconds is forgotten together. */
const slotMilliseconds = 10_000

/**
 * Remembers each proof for as long as it would be accepted, in this process's memory. When there are too many
 * no further one is taken: to forget one that is still good would let it be used again, by whoever caused the
 * flood. Another node, or this one after a restart, would take a proof once more within its minute.
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
  const slots = new Map<number, Set<string>>()
  let size = 0

  function forgetOld(): void {
    const current = Math.floor(clock.now() / slotMilliseconds)
    for (const [slot, names] of slots) {
      if (slot >= current) continue
      slots.delete(slot)
      size -= names.size
    }
  }

  return {
    use(name, refusedFrom) {
      forgetOld()
      const slot = Math.floor(refusedFrom / slotMilliseconds)
      const names = slots.get(slot) ?? new Set<string>()
      if (names.has(name)) return 'again'
      if (size >= most) return 'full'
      slots.set(slot, names.add(name))
      size += 1
      return 'first'
    },
  }
}
