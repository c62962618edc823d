import type { Connection, Store } from './store.ts'

/** More than the rows of a session take, with all of their indexes. */
const probeBytes = 64 * 1024

/** Puts a row in the place of the one before: a few small files may still find room where a session does not. */
export function prepareProbe(prepare: Store['prepare']): (transaction: Connection) => Promise<void> {
  const remove = prepare((db, _: object) => db.deleteFrom('store_probe'))
  const insert = prepare((db, p: { bytes: Uint8Array }) =>
    db.insertInto('store_probe').values({ id: 1, bytes: p.bytes }),
  )
  return async (transaction) => {
    await remove.run(transaction, {})
    await insert.run(transaction, { bytes: Buffer.alloc(probeBytes) })
  }
}
