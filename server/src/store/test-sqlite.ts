import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/**
 * For the tests: opens a database as {@link openSqlite} does. A new one is a copy of one that this process has made
 * and migrated before, which costs a twentieth of doing it again.
 */
export async function openTestSqlite(file: string): Promise<Store> {
  if (!existsSync(file)) writeFileSync(file, await newDatabase(), { mode: 0o600 })
  return openSqlite(file)
}

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
