import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { databaseFor, postgresVariable } from '../../test/harness/test-postgres.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { joinNodes } from './nodes/join-nodes.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/**
 * For the tests: opens a database. A new one is a copy of one that this process has made and migrated before, which costs a
 * twentieth of doing it again. What holds rows by it is a node, until it is closed. Where the tests have a PostgreSQL server, it is a database of that which stands in for the file.
 */
export async function openTestStore(file: string): Promise<Store> {
  const store = await openPlace(file)
  const nodes = await joinNodes(store, { clock: createMovableClock(), log: createLog('silent') })
  return {
    ...store,
    async close() {
      await nodes.leave()
      await store.close()
    },
  }
}

async function openPlace(file: string): Promise<Store> {
  const server = process.env[postgresVariable]
  if (server !== undefined) {
    return openPostgres({ url: await databaseFor(server, dirname(file)), schema: schemaOf(file) })
  }
  if (!existsSync(file)) writeFileSync(file, await newDatabase(), { mode: 0o600 })
  return openSqlite(file)
}

const schemaOf = (file: string): string => basename(file, '.db')

let made: Promise<Uint8Array> | undefined

/** The bytes of a database with all of its tables and nothing in them. */
export function newDatabase(): Promise<Uint8Array> {
  made ??= makeDatabase()
  return made
}

async function makeDatabase(): Promise<Uint8Array> {
  const folder = makeTestFolder('tonegate-new')
  try {
    const file = join(folder, 'new.db')
    const store = await openSqlite(file)
    await store.close()
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
