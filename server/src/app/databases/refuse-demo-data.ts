import type { RegionName } from '../../base/region.ts'
import { type Config, ConfigError } from '../../config/config.ts'
import { prepareFindAccount } from '../../identity/accounts/find-account.ts'
import { demoAccountName } from '../../sandbox/demo-account.ts'
import { openStore } from '../../store/open-store.ts'
import { databaseOf, storeOf } from '../region-storage.ts'
import { asDatabaseFault } from './database-fault.ts'

/**
 * Looks into the databases that production is to work on. The sandbox's people and clients have secrets that lie in
 * a file beside them, and its account configurations a gateway that asks nobody for money.
 *
 * @throws {ConfigError} with every region whose database contains the sandbox’s demo account.
 * @throws {DatabaseFault}
 */
export async function refuseDemoData(config: Config): Promise<void> {
  const found: RegionName[] = []
  for (const name of config.regions) if (await holdsDemoAccount(name, config)) found.push(name)
  if (found.length === 0) return
  throw new ConfigError(
    found.map((name) =>
      config.storeUrl === null
        ? `TONEGATE_DATA: ${databaseOf(name, config)} contains the sandbox’s demo account. Use a separate data folder for production.`
        : `TONEGATE_STORE: the schema ${name} contains the sandbox’s demo account. Use a separate database for production.`,
    ),
  )
}

async function holdsDemoAccount(name: RegionName, config: Config): Promise<boolean> {
  try {
    const store = await openStore(storeOf(name, config))
    try {
      return (await prepareFindAccount(store)(demoAccountName(name))) !== undefined
    } finally {
      await store.close()
    }
  } catch (error) {
    throw asDatabaseFault(error, name, config)
  }
}
