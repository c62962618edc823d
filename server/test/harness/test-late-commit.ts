import type { Store } from '../../src/store/store.ts'

/** More of them than a statement of another server takes to be answered, or to wait for a row. */
const reads = 40

/**
 * A store that commits late, as happens between servers that share a database: what another server does meanwhile is asked
 * for when the first has written, and before it has committed.
 */
export function createLateCommit(store: Store) {
  const probe = store.prepare((db, _: object) => db.selectFrom('store_probe').select('id'))
  let held: { readonly written: () => void; readonly released: Promise<void> } | undefined

  return {
    store: {
      ...store,
      write(operation) {
        const late = held
        held = undefined
        return store.write(async (tx) => {
          const value = await operation(tx)
          late?.written()
          await late?.released
          return value
        })
      },
    } satisfies Store,
    /** Begins the second when the first, which writes to this store, is about to commit. */
    async during<First, Second>(first: () => Promise<First>, second: () => Promise<Second>) {
      const written = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      held = { written: written.resolve, released: released.promise }
      const begun = first()
      await Promise.race([written.promise, begun])
      const another = second()
      for (let read = 0; read < reads; read += 1) await probe.all(store.reader, {})
      released.resolve()
      return Promise.allSettled([begun, another])
    },
  }
}
