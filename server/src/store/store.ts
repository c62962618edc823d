import type { Compilable, Kysely } from 'kysely'
import type { NodeId } from './nodes/node-id.ts'
import type { Tables } from './tables.ts'

/**
 * Where a statement runs: `store.reader`, or the transaction that `store.write` hands out.
 * Only {@link Statement} uses what is inside.
 */
export interface Connection {
  execute(statement: CompiledStatement, parameters: readonly unknown[]): Promise<ExecutedRows>
}

export interface ExecutedRows {
  readonly rows: readonly unknown[]
  readonly changes: number
}

/** A statement as the engine gets it. */
export interface CompiledStatement {
  readonly sql: string
  /** False when it answers no rows. */
  readonly returnsRows: boolean
  /** The tables that a statement reads which only reads. */
  readonly reads?: readonly string[]
  /** The tables whose rows it changes; any may be among them where it is not said. */
  readonly writes?: readonly string[]
  /** Of several that are asked for together, one is run: see {@link Store.prepareJoined}. */
  readonly isJoined?: true
}

/** A statement that was compiled once. */
export interface Statement<P, R> {
  /** The rows it answers. */
  all(connection: Connection, parameters: P): Promise<readonly R[]>
  /** The first row, or `undefined`. */
  first(connection: Connection, parameters: P): Promise<R | undefined>
  /** How many rows it changed. */
  run(connection: Connection, parameters: P): Promise<number>
}

/**
 * A region's database. Statements are prepared once, when a module is made, and run many times:
 *
 * ```ts
 * const findAccount = store.prepare((db, p: { id: number }) =>
 *   db.selectFrom('account').selectAll().where('id', '=', p.id))
 * await findAccount.first(store.reader, { id: 7 })
 * ```
 */
export interface Store {
  /** Of whoever has opened it: by this name it holds what nobody else may work on, see `nodes/`. */
  readonly nodeId: NodeId
  /** Several processes may serve it. */
  readonly isShared: boolean
  /** Sees what has been committed, and nothing else. */
  readonly reader: Connection
  /**
   * Compiles a statement. `p` stands for the parameters: each member that the builder reads becomes a bound
   * value, so its type is right but it has no value yet, and it may be used only where a value is bound.
   */
  prepare<P extends object, R>(build: (db: Kysely<Tables>, p: Required<P>) => Compilable<R>): Statement<P, R>
  /**
   * The same, for a statement with one parameter, a line of text, which many operations run that share a transaction: one
   * row is written for all that is asked for together, with their lines. It answers nothing.
   */
  prepareJoined<P extends object>(
    build: (db: Kysely<Tables>, p: Required<P>) => Compilable<unknown>,
  ): Statement<P, unknown>
  /**
   * Runs an operation in a transaction and resolves when it is durable (on disk, fsync done). Operations that
   * arrive together share one commit and run side by side; each stands or falls alone. What an operation has read in its
   * transaction stays as it is until the operation ends. It awaits nothing but statements on its transaction, and may be
   * run again, so it changes nothing outside.
   *
   * @throws {Problem} `overloaded` when too many operations wait.
   * @throws {StoreUnavailable} when the disk is full, read-only or broken, or the database locked for long.
   */
  write<T>(operation: (transaction: Connection) => Promise<T>): Promise<T>
  /**
   * Writes as much as a session takes, to see that it can.
   *
   * @throws what {@link write} throws.
   */
  requireWritable(): Promise<void>
  /** The connections to its server; absent where there is none. */
  connections?(): { readonly open: number; readonly lost: number }
  /** Resolves when this process can no longer write it, and a new one could. */
  readonly lost?: Promise<void>
  /** Makes sure that what was deleted is gone from the files too, not only from the tables. */
  scrub(): Promise<void>
  /** Finishes the writes that wait, and closes. */
  close(): Promise<void>
}

/** The engine found that a row with this key is there already. */
export class UniqueViolation extends Error {
  constructor(cause: unknown) {
    super('A row with this key exists already.', { cause })
    this.name = 'UniqueViolation'
  }
}
