import type { Ends } from '../harness/test-children.ts'

/** What is to be put away, the last first, whatever becomes of what is run. */
const open = new Set<() => Promise<void>>()

/** Runs something that leaves things to put away, and puts them away. */
export async function withEnds<T>(run: (t: Ends) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = []
  const putAway = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await Promise.resolve(end()).catch(() => {})
  }
  open.add(putAway)
  try {
    return await run({ after: (end) => void ends.push(end) })
  } finally {
    await putAway()
    open.delete(putAway)
  }
}

/** Whoever interrupts this process waits until everything is put away: no process, folder or mounted disk is left. */
export function putAwayWhenInterrupted(): void {
  let isInterrupted = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (isInterrupted) process.exit(130)
      isInterrupted = true
      await Promise.all([...open].map((putAway) => putAway()))
      process.exit(130)
    })
  }
}
