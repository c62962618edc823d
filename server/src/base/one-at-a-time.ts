/**
 * Runs operations on the same thing one after the other; those on different things do not wait.
 *
 * ```ts
 * const onCall = createOneAtATime()
 * await onCall(callGuid, () => openSession(callGuid))
 * ```
 */
export function createOneAtATime() {
  const running = new Map<string, Promise<unknown>>()
  return async <T>(thing: string, operation: () => Promise<T>): Promise<T> => {
    for (let before = running.get(thing); before; before = running.get(thing)) await before
    const { promise, resolve } = Promise.withResolvers<void>()
    running.set(thing, promise)
    try {
      return await operation()
    } finally {
      running.delete(thing)
      resolve()
    }
  }
}
