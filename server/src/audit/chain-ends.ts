import { NotSealedHere, type Sealer } from '../base/seal.ts'
import { sealedColumn } from '../store/reseal.ts'
import type { Connection, Store } from '../store/store.ts'

/** Where a chain ends, or where what is left of it begins: an entry, by its position and hash. */
export interface ChainEnd {
  /** 0 before the first entry. */
  readonly position: number
  /** SHA-256, in hexadecimal; 64 zeros before the first entry. */
  readonly hash: string
}

export type EndName = 'head' | 'pruned'

export const beginning: ChainEnd = { position: 0, hash: '0'.repeat(64) }

/** Of the entry before, where that cannot be read. */
export const unknownHash = ''

const purposeOf = (name: unknown) => `audit log ${name}`

/** What the two ends are sealed as. */
export const sealedAuditEnds = sealedColumn({
  what: 'ends of the audit log',
  table: 'audit_end',
  column: 'sealed',
  key: ['name'],
  purposes: ({ name }) => [purposeOf(name)],
})

/**
 * The two ends of the chain, which only their sealed form is believed of: whoever can write the database, and has no key,
 * can neither rewrite the chain and its end, nor cut it.
 */
export function prepareChainEnds(store: Store, sealer: Sealer) {
  const select = store.prepare((db, p: { name: EndName }) =>
    db.selectFrom('audit_end').select(['position', 'sealed']).where('name', '=', p.name),
  )
  const lock = store.prepare((db, p: { name: EndName }) =>
    db
      .selectFrom('audit_end')
      .select(['position', 'sealed'])
      .where('name', '=', p.name)
      .forUpdate()
      .skipLocked(),
  )
  const first = store.prepare((db, p: Row) =>
    db
      .insertInto('audit_end')
      .values({ name: p.name, position: p.position, sealed: p.sealed })
      .onConflict((conflict) => conflict.doNothing()),
  )
  const put = store.prepare((db, p: Row) =>
    db
      .insertInto('audit_end')
      .values({ name: p.name, position: p.position, sealed: p.sealed })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet({ position: p.position, sealed: p.sealed }),
      ),
  )
  const rowOf = (name: EndName, { position, hash }: ChainEnd): Row => ({
    name,
    position,
    sealed: sealer.seal(purposeOf(name), Buffer.from(`${position} ${hash}`)),
  })
  return {
    /** @throws {NotSealedHere} when it was sealed by another key, or changed. */
    async read(name: EndName, connection = store.reader): Promise<ChainEnd | undefined> {
      const row = await select.first(connection, { name })
      return row && open(sealer, name, row)
    },
    /** Nobody else moves it before the transaction ends, whatever it says. False where it is not there, or held. */
    lock: async (name: EndName, transaction: Connection): Promise<boolean> =>
      (await lock.first(transaction, { name })) !== undefined,
    /**
     * The same; nobody else moves it before the transaction ends. `undefined` also while somebody else holds it.
     *
     * @throws {NotSealedHere}
     */
    async hold(name: EndName, transaction: Connection): Promise<ChainEnd | undefined> {
      const row = await lock.first(transaction, { name })
      return row && open(sealer, name, row)
    },
    /** Puts it at the beginning; false where there is one. */
    begin: async (name: EndName, transaction: Connection): Promise<boolean> =>
      (await first.run(transaction, rowOf(name, beginning))) === 1,
    async move(name: EndName, transaction: Connection, end: ChainEnd): Promise<void> {
      await put.run(transaction, rowOf(name, end))
    },
  }
}

interface Row {
  readonly name: EndName
  readonly position: number
  readonly sealed: Uint8Array
}

/** What is beside the sealed form is for the triggers, and has to say the same. */
function open(sealer: Sealer, name: EndName, row: Pick<Row, 'position' | 'sealed'>): ChainEnd {
  const [position, hash = ''] = opened(sealer, name, row.sealed).split(' ')
  if (Number(position) !== row.position) throw new NotSealedHere(purposeOf(name))
  return { position: row.position, hash }
}

/** What is no sealed value at all has been changed, too. */
function opened(sealer: Sealer, name: EndName, sealed: Uint8Array): string {
  try {
    return sealer.open(purposeOf(name), sealed).toString()
  } catch (cause) {
    throw new NotSealedHere(purposeOf(name), { cause })
  }
}
