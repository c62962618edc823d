import type { Compilable, Kysely } from 'kysely'
import type { CompiledStatement, Connection, Statement } from './store.ts'
import type { Tables } from './tables.ts'

/** Stands for a parameter while a statement is built. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * Builds and compiles a statement once, by a Kysely that knows the engine's SQL, and returns the operations
 * that run it with real values. Building and compiling cost some 20 µs, more than SQLite takes to answer.
 */
export function prepareStatement<P extends object, R>(
  db: Kysely<Tables>,
  build: (db: Kysely<Tables>, p: Required<P>) => Compilable<R>,
): Statement<P, R> {
  const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as Required<P>
  const { sql, parameters, query } = build(db, placeholders).compile()
  const returnsRows =
    query.kind === 'SelectQueryNode' || ('returning' in query && query.returning !== undefined)
  const statement: CompiledStatement = { sql, returnsRows }
  const bind = (values: P) =>
    parameters.map((parameter) =>
      parameter instanceof Placeholder ? bound(values, parameter.name) : parameter,
    )
  const execute = (connection: Connection, values: P) => connection.execute(statement, bind(values))
  return {
    all: async (connection, values) => (await execute(connection, values)).rows as readonly R[],
    first: async (connection, values) => (await execute(connection, values)).rows[0] as R | undefined,
    run: async (connection, values) => (await execute(connection, values)).changes,
  }
}

function bound(values: object, name: string): unknown {
  const value = (values as Record<string, unknown>)[name]
  if (value === undefined) throw new TypeError(`The statement's parameter ${name} has no value.`)
  return value
}
