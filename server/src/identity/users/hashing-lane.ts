/** Those who wait for a hash and take turns by where they come from, in a bounded number of places. */
export interface HashingLane<Job> {
  /**
   * A source has a place for as long as fewer than are left are its own: one alone has half of them, two have a third
   * each, and there is always room for another.
   *
   * @param source undefined: of nobody in particular, who may have them all.
   * @returns false when there is none.
   */
  put(job: Job, source: string | undefined): boolean
  /** The job whose turn it is. */
  next(): Job | undefined
  /** Takes out all that wait. */
  empty(): readonly Job[]
}

export function createHashingLane<Job>(maxWaiting: number): HashingLane<Job> {
  /** By source; the one whose turn it is comes first. */
  const waiting = new Map<string, Job[]>()
  let size = 0

  return {
    put(job, source) {
      const jobs = waiting.get(source ?? '') ?? []
      const left = maxWaiting - size
      if (left <= 0 || (source !== undefined && jobs.length >= left)) return false
      waiting.set(source ?? '', [...jobs, job])
      size += 1
      return true
    },
    next() {
      const [turn] = waiting
      if (turn === undefined) return undefined
      const [source, [job, ...others]] = turn
      waiting.delete(source)
      if (others.length > 0) waiting.set(source, others)
      size -= 1
      return job
    },
    empty() {
      const jobs = [...waiting.values()].flat()
      waiting.clear()
      size = 0
      return jobs
    },
  }
}
