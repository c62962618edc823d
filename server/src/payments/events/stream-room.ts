import { Problem } from '../../base/problem.ts'

/** Streams that a server holds open at once, at most. */
const maxStreams = { session: 8, account: 1_000 } as const

type Bound = keyof typeof maxStreams

/** Whose stream it is. */
export type StreamOwners = Readonly<Record<Bound, string>>

/** How many streams each session and each account has open here. */
export function createStreamRoom() {
  const counts = { session: new Map<string, number>(), account: new Map<string, number>() }

  function change(owners: StreamOwners, difference: 1 | -1): void {
    for (const bound of ['session', 'account'] as const) {
      const count = (counts[bound].get(owners[bound]) ?? 0) + difference
      if (count > 0) counts[bound].set(owners[bound], count)
      else counts[bound].delete(owners[bound])
    }
  }

  return {
    /**
     * @returns gives the room of this stream back.
     * @throws {Problem} `quota-exceeded`
     */
    take(owners: StreamOwners): () => void {
      for (const bound of ['session', 'account'] as const) {
        if ((counts[bound].get(owners[bound]) ?? 0) >= maxStreams[bound]) throw followedTooOften(bound)
      }
      change(owners, 1)
      return () => change(owners, -1)
    },
  }
}

const followedTooOften = (bound: Bound) =>
  new Problem(
    'quota-exceeded',
    `This ${bound} is followed by ${maxStreams[bound]} streams already. Close one first.`,
    { members: { bound }, headers: { 'retry-after': '15' } },
  )
