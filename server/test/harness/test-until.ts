const maxWaitMilliseconds = 60_000

/**
 * Looks at every turn of the event loop, until it is so. What has not come about after a minute never will, however busy the machine is: the test
 * fails then, and does not hang.
 */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + maxWaitMilliseconds
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not come about: ${isSo}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
