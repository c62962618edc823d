/** When readers of streams that end together come back, in milliseconds: not all at once, and the last one soon. */
const soonest = 500
const step = 100
const steps = 16

/**
 * Says the last words of streams of server-sent events that a server ends because it stops itself: after how long the reader is
 * to open one again (`retry`, HTML §9.2.6), which then finds another server.
 */
export function createReopening(): () => string {
  let count = 0
  return () => {
    const wait = soonest + (count % steps) * step
    count += 1
    return `retry: ${wait}\n\n`
  }
}
