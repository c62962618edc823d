const works = new Set<Promise<unknown>>()

/** Tells of work that is done elsewhere, by a thread or another process: whoever moves time waits for its end. */
export function atWork<T>(work: Promise<T>): Promise<T> {
  works.add(work)
  const over = () => void works.delete(work)
  work.then(over, over)
  return work
}

/** Lets promises, socket events, and work that is under way come to their end. */
export async function settle(): Promise<void> {
  do for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  while (await someWorkIsOver())
}

/** Of the event loop: what comes in and is answered takes a few. */
const turns = 6

async function someWorkIsOver(): Promise<boolean> {
  if (works.size === 0) return false
  await Promise.allSettled(works)
  return true
}
