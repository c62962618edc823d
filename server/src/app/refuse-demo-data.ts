import { existsSync } from 'node:fs'
import type { RegionName } from '../base/region.ts'
import { type Config, ConfigError } from '../config/config.ts'
import { prepareFindAccount } from '../identity/accounts/find-account.ts'
import { demoAccountName } from '../sandbox/demo-account.ts'
import { openSqlite } from '../store/sqlite.ts'
import { databaseOf } from './region-storage.ts'

/**
 * Looks into the databases that production is to work on. The sandbox's people and clients have secrets that lie in
 * a file beside them, and its account configurations a gateway that asks nobody for money.
 *
 * @throws {ConfigError} with every region whose database contains the sandbox’s demo account.
 */
export async function refuseDemoData(config: Config): Promise<void> {
  const found: RegionName[] = []
  for (const name of config.regions) if (await holdsDemoAccount(name, config)) found.push(name)
  if (found.length === 0) return
  throw new ConfigError(
    found.map(
      (name) =>
        `TONEGATE_DATA: ${databaseOf(name, config)} contains the sandbox’s demo account. Use a separate data folder for production.`,
    ),
  )
}

async function holdsDemoAccount(name: RegionName, config: Config): Promise<boolean> {
  const file = databaseOf(name, config)
  if (!existsSync(file)) return false
  const store = await openSqlite(file)
  try {
    return (await prepareFindAccount(store)(demoAccountName(name))) !== undefined
  } finally {
    await store.close()
  }
}
