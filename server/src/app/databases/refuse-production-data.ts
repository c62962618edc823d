import type { RegionName } from '../../base/region.ts'
import { type Config, ConfigError } from '../../config/config.ts'
import { demoAccountName } from '../../sandbox/demo-account.ts'
import { openRowSource } from '../../store/backup/open-places.ts'
import { isDatabaseThere } from '../../store/is-database-there.ts'
import { describePlace, storeOf } from '../region-storage.ts'
import { asDatabaseFault } from './database-fault.ts'

/**
 * Looks into the databases that a sandbox is to work on: one that forgot to be production would put its demo account into
 * them, and production would no longer start on them. Nothing is opened for writing.
 *
 * @throws {ConfigError} with every region whose database has accounts, and not the sandbox’s own.
 * @throws {DatabaseFault}
 */
export async function refuseProductionData(config: Config): Promise<void> {
  const found: RegionName[] = []
  for (const name of config.regions) if (await isOfProduction(name, config)) found.push(name)
  if (found.length === 0) return
  const variable = config.storeUrl === null ? 'TONEGATE_DATA' : 'TONEGATE_STORE'
  const another = config.storeUrl === null ? 'a separate data folder' : 'a separate database'
  throw new ConfigError(
    found.map(
      (name) =>
        `${variable}: ${describePlace(storeOf(name, config)).replace(/^The/, 'the')} has accounts, but not the sandbox’s demo account. Set TONEGATE_MODE=production, or use ${another} for the sandbox.`,
    ),
  )
}

async function isOfProduction(name: RegionName, config: Config): Promise<boolean> {
  const place = storeOf(name, config)
  try {
    if ((await isDatabaseThere(place)) !== 'there') return false
    const source = await openRowSource(place)
    try {
      const accounts = source.tables.find((table) => table.name === 'account')
      if (!accounts) return false
      const at = accounts.columns.indexOf('name')
      const names: unknown[] = []
      for await (const rows of source.rows(accounts)) names.push(...rows.map((row) => row[at]))
      return names.length > 0 && !names.includes(demoAccountName(name))
    } finally {
      await source.close()
    }
  } catch (error) {
    throw asDatabaseFault(error, name, config)
  }
}
