const maxWaitMilliseconds = 60_000
const maxPause = 150

/** Looks again and again, less often the longer it takes, until it is so; gives up after a minute, which a busy machine may need. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let waited = 0, pause = 5; waited < maxWaitMilliseconds; waited += pause) {
    const seen = await look()
    if (seen) return seen
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 1.5, maxPause)
  }
  throw new Error('It did not come to be within a minute.')
}
