import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import type { RegionName } from '../../base/region.ts'
import type { Examined, ExaminedPoint } from '../../cli/tools.ts'
import { type Config, ConfigError, readConfig } from '../../config/config.ts'
import { regionValue } from '../../config/regions.ts'
import { isDatabaseThere } from '../../store/is-database-there.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import { readHolder } from '../databases/lock-data-folder.ts'
import { describePlace, rootSealer, sealerOf, storeOf } from '../region-storage.ts'
import { version } from '../version.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkDatabase } from './check-database.ts'
import { checkFolder } from './check-folder.ts'
import { checkMemory } from './check-memory.ts'
import { checkNode } from './check-node.ts'
import { askPostgres, checkPostgres } from './check-postgres.ts'
import { checkPublicNames } from './check-public-names.ts'
import { checkAuditHead, checkBackup } from './check-records.ts'
import { checkSenders } from './check-senders.ts'
import { checkServer } from './check-server.ts'
import { checkSettingNames } from './check-setting-names.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

/**
 * Looks at everything that payments need, and changes nothing.
 *
 * @param asked one region; undefined: all that are served here.
 */
export async function examine(
  environment: Readonly<Record<string, string | undefined>>,
  asked: RegionName | undefined,
  machine: Machine,
): Promise<Examined> {
  const read = readSettings(environment)
  const data = { program: version, mode: 'mode' in read ? read.mode : null }
  const misspelt = checkSettingNames(environment)
  if (read instanceof ConfigError) {
    const faults = read.faults.map((fault) => wrong('configuration', fault))
    return { data, points: [checkNode(machine), ...faults, ...misspelt, ...checkMemory(machine, undefined)] }
  }
  const regions = asked === undefined ? read.regions : [asked]
  const elsewhere = regions.filter((name) => !read.regions.includes(name))
  const served = regions.filter((name) => read.regions.includes(name))
  const isFolder = read.storeUrl === null
  const holder = isFolder ? readHolder(read.dataFolder) : undefined
  const [postgres, databases, server, names] = await Promise.all([
    read.storeUrl === null ? [] : examinePostgres(read.storeUrl, machine),
    examineDatabases(served, read, machine),
    checkServer(read, holder, machine),
    checkPublicNames({ ...read, regions: served }, machine),
  ])
  const isRunning = server.some(({ what, state }) => what === 'server' && state === 'in order')
  const pid = isRunning ? holder?.pid : undefined
  const points = [
    checkNode(machine),
    inOrder('configuration', read.mode === 'sandbox' ? 'of a sandbox' : 'of production'),
    ...misspelt,
    ...elsewhere.map((name) => wrong(`database ${name}`, 'TONEGATE_REGIONS does not include this region')),
    ...(isFolder ? checkFolder(read.dataFolder, machine) : []),
    ...postgres,
    ...databases,
    ...server,
    ...names,
    ...checkSenders(read),
    ...(read.mode === 'production' ? checkMemory(machine, pid) : []),
  ]
  return { data, points }
}

function readSettings(environment: Readonly<Record<string, string | undefined>>): Config | ConfigError {
  try {
    return readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

async function examinePostgres(url: string, machine: Machine): Promise<readonly ExaminedPoint[]> {
  try {
    return checkPostgres(await askPostgres(url), machine)
  } catch (error) {
    if (error instanceof StoreUnavailable) return [wrong('PostgreSQL', `It cannot be used: ${error.reason}`)]
    throw error
  }
}

/** The first start of a sandbox makes one. */
const keyFile = ({ dataFolder }: Config): string => join(dataFolder, 'sealing.key')

/** What another user would leave beside a database could not be written by the server. */
async function examineDatabases(
  regions: readonly RegionName[],
  config: Config,
  machine: Machine,
): Promise<readonly ExaminedPoint[]> {
  const owner = config.storeUrl === null ? machine.stat(config.dataFolder) : undefined
  const isAnothers = owner !== undefined && machine.uid !== undefined && owner.uid !== machine.uid
  if (isAnothers)
    return [toConsider('databases', 'They were not looked at, because their folder belongs to another user')]
  if (config.storeUrl === null && owner === undefined) return []
  if (config.sealingKeys === null && !existsSync(keyFile(config))) return withoutKey(regions, config)
  const root = rootSealer(config, systemRandom)
  const { clock } = machine
  const each = regions.map((name) => {
    const region = regionValue(name, config, config.port)
    const sealer = sealerOf(name, root, systemRandom)
    return checkDatabase(region, config, sealer, async (store) => {
      const newGuid = createGuids({ clock, random: systemRandom })
      const parts = { region, store, sealer, clock, random: systemRandom, newGuid, log: createLog('silent') }
      return [
        ...(await checkAccounts(config, parts)),
        ...(config.mode === 'production' ? [await checkBackup(parts)] : []),
        await checkAuditHead(parts),
      ]
    })
  })
  return (await Promise.all(each)).flat()
}

/** A new sandbox has neither a key nor databases; where only the key is missing, nothing can be read. */
async function withoutKey(regions: readonly RegionName[], config: Config): Promise<readonly ExaminedPoint[]> {
  const points = regions.map(async (name) => {
    const place = storeOf(name, config)
    if (!(await isThere(place))) return []
    return [
      wrong(
        `database ${name}`,
        `${describePlace(place)} is there, and the sealing key that it was made with is not: ${keyFile(config)}`,
      ),
    ]
  })
  return (await Promise.all(points)).flat()
}

/** That PostgreSQL cannot be reached is a point of its own. */
async function isThere(place: ReturnType<typeof storeOf>): Promise<boolean> {
  try {
    return (await isDatabaseThere(place)) === 'there'
  } catch (error) {
    if (error instanceof StoreUnavailable) return false
    throw error
  }
}
