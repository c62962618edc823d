import type { RegionName } from '../../base/region.ts'
import type { Store } from '../../store/store.ts'

/** A database belongs to another region; the message is for the operator. */
export class OtherRegion extends Error {
  constructor(where: string, { own, asked }: { readonly own: string; readonly asked: RegionName }) {
    super(
      `${where} belongs to the region ${own}, and cannot be served as ${asked}: tokens, secrets and addresses of one region mean nothing in another. ` +
        'Put each database back under the name of its own region.',
    )
    this.name = 'OtherRegion'
  }
}

/** Whose a database is. */
export function createOwnRegion(store: Store) {
  const find = store.prepare((db, _: object) => db.selectFrom('own_region').select('name'))
  const insert = store.prepare((db, p: { name: string }) =>
    db
      .insertInto('own_region')
      .values({ id: 1, name: p.name })
      .onConflict((conflict) => conflict.doNothing()),
  )

  return {
    /**
     * Sees to it that a database is a region's own, or nobody's yet.
     *
     * @param where it is, in the operator's words.
     * @throws {OtherRegion}
     */
    async require(name: RegionName, where: string): Promise<void> {
      const own = (await find.first(store.reader, {}))?.name
      if (own !== undefined && own !== name) throw new OtherRegion(where, { own, asked: name })
    },
    /** Writes down whose it is, once. */
    async keep(name: RegionName): Promise<void> {
      if (await find.first(store.reader, {})) return
      await store.write((tx) => insert.run(tx, { name }))
    },
  }
}
