import type { SelectQueryBuilder } from 'kysely'
import type { Connection, Store } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import type { SigningAlgorithm } from './algorithms.ts'

/** When a key was made, signs and goes, in milliseconds since the epoch. */
export interface KeyTimes {
  readonly kid: string
  readonly created_at: number
  readonly signs_from: number
  readonly removed_from: number | null
  /** 0: it is in no key set, because it has signed nothing that is known of. */
  readonly published: 0 | 1
}

/** A key pair as the store keeps it. */
export interface StoredPair {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly public_jwk: string
  readonly sealed_private_key: Uint8Array
}

export type StoredKey = StoredPair & KeyTimes

/** A key that is to follow another of its algorithm. */
export interface Successor {
  readonly pair: StoredPair
  /** The `kid` of the one that it follows; null: whichever is the newest. */
  readonly predecessor: string | null
  readonly created_at: number
  readonly signs_from: number
  /** When its predecessor goes. */
  readonly predecessor_removed_from: number
}

/** What is written in the same transaction. */
type Alongside = (tx: Connection) => Promise<unknown>

/**
 * The rows of a region's signing keys. Of each algorithm that signs the newest has no end; it gets one with its
 * successor, or when nothing is signed with the algorithm any more. Lists have the newest first: the one that signs
 * last.
 */
export function prepareStoredKeys(store: Store) {
  const statements = prepareStatements(store)
  /** Adds no key to an algorithm that has one without an end: another process was faster. */
  const insertNew = (tx: Connection, pair: StoredPair, times: Pick<KeyTimes, 'created_at' | 'signs_from'>) =>
    statements.insert.run(tx, { ...pair, ...times })
  async function replaceAll(tx: Connection, pairs: readonly StoredPair[], now: number): Promise<void> {
    await statements.removeAll.run(tx, {})
    for (const pair of pairs) {
      if ((await insertNew(tx, pair, { created_at: now, signs_from: now })) === 1) continue
      throw new Error('Other keys were added at the same time. Nothing was changed.')
    }
  }
  return {
    all: (): Promise<readonly StoredKey[]> => statements.all.all(store.reader, {}),
    /** What can change about the keys, and what tells one from another; read often. */
    times: (): Promise<readonly KeyTimes[]> => statements.times.all(store.reader, {}),
    /** Adds a region's first key of an algorithm, which signs at once. Another process may have been faster. */
    addFirst: (pair: StoredPair, now: number): Promise<void> =>
      store.write(async (tx) => {
        await insertNew(tx, pair, { created_at: now, signs_from: now })
      }),
    /** False, and nothing is done, when the predecessor has another successor: another process was faster. */
    addSuccessor: (
      { pair, predecessor, predecessor_removed_from, ...times }: Successor,
      alongside: Alongside = async () => {},
    ): Promise<boolean> =>
      store.write(async (tx) => {
        const { algorithm } = pair
        const newest = await statements.newest.first(tx, { algorithm })
        if (newest === undefined || (predecessor ?? newest.kid) !== newest.kid) return false
        await statements.retire.run(tx, { kid: newest.kid, removed_from: predecessor_removed_from })
        await insertNew(tx, pair, times)
        await alongside(tx)
        return true
      }),
    /** Puts all keys of an algorithm into the key set. */
    publish: (algorithm: SigningAlgorithm): Promise<number> =>
      store.write((tx) => statements.publish.run(tx, { algorithm })),
    /** Ends an algorithm whose newest key is this one: no successor follows. */
    retire: (kid: string, removed_from: number): Promise<number> =>
      store.write((tx) => statements.retire.run(tx, { kid, removed_from })),
    /**
     * Removes every key there is, and adds these in their place, which sign at once.
     *
     * @throws {Error} when another process has added keys at the same moment.
     */
    replaceAll: (pairs: readonly StoredPair[], now: number, alongside: Alongside): Promise<void> =>
      store.write(async (tx) => {
        await replaceAll(tx, pairs, now)
        await alongside(tx)
      }),
    /** The same as part of a transaction that does more. */
    replaceAllIn: replaceAll,
    removeExpired: (now: number): Promise<number> =>
      store.write((tx) => statements.removeExpired.run(tx, { now })),
  }
}

function prepareStatements(store: Store) {
  return {
    all: store.prepare((db, _: object) => newestFirst(db.selectFrom('signing_key').selectAll())),
    times: store.prepare((db, _: object) =>
      newestFirst(
        db.selectFrom('signing_key').select(['kid', 'created_at', 'signs_from', 'removed_from', 'published']),
      ),
    ),
    newest: store.prepare((db, p: { algorithm: SigningAlgorithm }) =>
      db
        .selectFrom('signing_key')
        .select('kid')
        .where('algorithm', '=', p.algorithm)
        .where('removed_from', 'is', null)
        .forUpdate(),
    ),
    insert: store.prepare((db, p: StoredPair & Pick<KeyTimes, 'created_at' | 'signs_from'>) =>
      db
        .insertInto('signing_key')
        .values({
          kid: p.kid,
          algorithm: p.algorithm,
          public_jwk: p.public_jwk,
          sealed_private_key: p.sealed_private_key,
          created_at: p.created_at,
          signs_from: p.signs_from,
          removed_from: null,
          published: 1,
        })
        .onConflict((conflict) => conflict.column('algorithm').where('removed_from', 'is', null).doNothing()),
    ),
    publish: store.prepare((db, p: { algorithm: SigningAlgorithm }) =>
      db
        .updateTable('signing_key')
        .set({ published: 1 })
        .where('algorithm', '=', p.algorithm)
        .where('published', '=', 0),
    ),
    retire: store.prepare((db, p: { kid: string; removed_from: number }) =>
      db
        .updateTable('signing_key')
        .set({ removed_from: p.removed_from })
        .where('kid', '=', p.kid)
        .where('removed_from', 'is', null),
    ),
    removeAll: store.prepare((db, _: object) => db.deleteFrom('signing_key')),
    removeExpired: store.prepare((db, p: { now: number }) =>
      db.deleteFrom('signing_key').where('removed_from', '<=', p.now),
    ),
  }
}

/** Of two that sign from the same moment the one without an end is the newer. */
const newestFirst = <O>(query: SelectQueryBuilder<Tables, 'signing_key', O>) =>
  query
    .orderBy('signs_from', 'desc')
    .orderBy('removed_from', (order) => order.desc().nullsFirst())
    .orderBy('kid')
