import { mkdirSync, rmSync } from 'node:fs'
import { systemClock } from '../../base/clock.ts'
import { fileFault } from '../../base/files/file-fault.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { createOutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { systemRandom } from '../../base/random.ts'
import type { RegionName } from '../../base/region.ts'
import type { Command } from '../../cli/command.ts'
import { Refused } from '../../cli/refused.ts'
import type { OpenAdmin } from '../../cli/run-command.ts'
import type { Config } from '../../config/config.ts'
import { regionValue } from '../../config/regions.ts'
import { createSandboxTools } from '../../sandbox/tools/sandbox-tools.ts'
import { isDatabaseThere } from '../../store/is-database-there.ts'
import { joinNodes } from '../../store/nodes/join-nodes.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { asDatabaseFault, DatabaseFault } from '../databases/database-fault.ts'
import {
  DatabaseMissing,
  refuseLost,
  rememberDatabase,
  requireDatabases,
} from '../databases/known-databases.ts'
import { createOwnRegion, OtherRegion } from '../databases/own-region.ts'
import { openGateways } from '../gateways-of.ts'
import { describePlace, rootSealer, sealerOf, storeOf } from '../region-storage.ts'
import { sandboxOf } from '../sandbox-of.ts'
import { createAdminContext, type TerminalOfProcess } from './admin-context.ts'

const clock = systemClock
const random = systemRandom

/**
 * Opens a region to be administered: the parts of it that outlive its server, on the same database.
 *
 * @param asked `undefined`: the default region.
 * @throws {Refused} when it is not served here, or has no database.
 */
export async function openAdmin(
  config: Config,
  asked: RegionName | undefined,
  command: Command,
  terminal: TerminalOfProcess,
): Promise<OpenAdmin> {
  const name = asked ?? config.defaultRegion
  if (!config.regions.includes(name)) {
    throw new Refused(`The region ${name} is not served here: TONEGATE_REGIONS does not include it.`)
  }
  const { store, nodes } = await openDatabase(name, config, command)
  const sealer = sealerOf(name, rootSealer(config, random), random)
  const region = regionValue(name, config, config.port)
  const newGuid = createGuids({ clock, random })
  const parts = { store, clock, random, newGuid, sealer, region, log: createLog('silent') }
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress(parts)
  const around = { tools: createSandboxTools(clock), beginAgain: async () => {} }
  const shared = sandboxOf(config, parts, around)?.gateways ?? {}
  const gateways = openGateways(config, { store, clock, sealer, shared })
  return {
    context: createAdminContext({ ...parts, gateways, outgoing }, config, terminal),
    async close() {
      gateways.close()
      closeOutgoing()
      await nodes.leave()
      await store.close()
    },
  }
}

/** Opens the region's database, and is one of those that work on it. @throws {Refused} where that cannot be. */
async function openDatabase(name: RegionName, config: Config, command: Command) {
  try {
    const store = await findDatabase(name, config, command)
    try {
      return { store, nodes: await joinNodes(store, { clock, log: createLog('silent') }) }
    } catch (error) {
      await store.close()
      throw error
    }
  } catch (error) {
    throw asRefused(asDatabaseFault(error, name, config), config)
  }
}

function asRefused(error: unknown, { storeUrl }: Config): unknown {
  if (error instanceof DatabaseMissing || error instanceof OtherRegion) return new Refused(error.message)
  if (!(error instanceof DatabaseFault)) return error
  const asWhom = storeUrl === null ? ' Run the command as the user that the server runs as.' : ''
  return new Refused(error.message + asWhom)
}

/** @throws {Refused} where there is none, or where one is that was to be made. */
async function findDatabase(name: RegionName, config: Config, command: Command): Promise<Store> {
  const place = storeOf(name, config)
  const found = await isDatabaseThere(place)
  if (command.createsDatabase) return createDatabase(name, config, found)
  await requireDatabases([name], config)
  // The sandbox's server makes its own, and knows what belongs into it.
  if (found !== 'there') throw new Refused(`${describePlace(place)} does not exist. ${whatElse(place)}`)
  const store = await openStore(place)
  await createOwnRegion(store)
    .require(name, describePlace(place))
    .catch(async (error) => {
      await store.close()
      throw error
    })
  return store
}

async function createDatabase(
  name: RegionName,
  config: Config,
  found: Awaited<ReturnType<typeof isDatabaseThere>>,
): Promise<Store> {
  const place = storeOf(name, config)
  if (found === 'there') throw new Refused(`${describePlace(place)} exists already.`)
  await refuseLost(name, config)
  if ('file' in place) makeFolder(config.dataFolder)
  let store: Store | undefined
  try {
    store = await openStore(place)
    await createOwnRegion(store).keep(name)
    if ('file' in place) rememberDatabase(name, config.dataFolder)
    return store
  } catch (error) {
    await store?.close()
    // Half a database would be in the way of the next one.
    if ('file' in place)
      for (const end of ['', '-wal', '-shm']) rmSync(`${place.file}${end}`, { force: true })
    throw error
  }
}

const whatElse = (place: StorePlace): string =>
  'file' in place
    ? 'If the server uses another data folder, set TONEGATE_DATA; otherwise the server’s first start creates it.'
    : 'If the server uses another database, set TONEGATE_STORE; otherwise the server’s first start creates it.'

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Refused(
      `The data folder ${folder} cannot be used: ${fileFault(error)}. Set TONEGATE_DATA to the data folder of the server.`,
    )
  }
}
