/** Keeps account of work that must come to its end before the process does. */
export function createUnderWay() {
  const running = new Set<Promise<unknown>>()
  return {
    /** The same promise, accounted for until it has settled. */
    track<T>(work: Promise<T>): Promise<T> {
      running.add(work)
      const forget = () => running.delete(work)
      work.then(forget, forget)
      return work
    },
    /** Resolves when nothing is under way, be it done or failed. */
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

export type UnderWay = ReturnType<typeof createUnderWay>
