import { existsSync, mkdirSync } from 'node:fs'
import { systemClock } from '../base/clock.ts'
import { fileFault } from '../base/file-fault.ts'
import { createGuids } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { createOutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { systemRandom } from '../base/random.ts'
import type { RegionName } from '../base/region.ts'
import type { Command } from '../cli/command.ts'
import { Refused } from '../cli/refused.ts'
import type { OpenAdmin } from '../cli/run-command.ts'
import type { Config } from '../config/config.ts'
import { regionValue } from '../config/regions.ts'
import { joinNodes } from '../store/nodes/join-nodes.ts'
import { openStore, type StorePlace } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createAdminContext, type Terminal } from './admin-context.ts'
import { openGateways } from './gateways-of.ts'
import { DatabaseMissing, requireDatabase } from './known-databases.ts'
import { rootSealer, sealerOf, storeOf } from './region-storage.ts'
import { sandboxOf } from './sandbox-of.ts'

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
  terminal: Terminal,
): Promise<OpenAdmin> {
  const name = asked ?? config.defaultRegion
  if (!config.regions.includes(name)) {
    throw new Refused(`The region ${name} is not served here: TONEGATE_REGIONS does not include it.`)
  }
  const place = storeOf(name, config)
  if ('file' in place && !existsSync(place.file) && !command.beginsRegion) {
    throw new Refused(
      `The database ${place.file} does not exist. If the server uses another data folder, set TONEGATE_DATA; ` +
        "otherwise 'account create' or the server's first start creates it.",
    )
  }
  if ('file' in place) {
    makeFolder(config.dataFolder)
    refuseLost(name, config.dataFolder)
  }
  const store = await openDatabase(place)
  const sealer = sealerOf(name, rootSealer(config, random), random)
  const region = regionValue(name, config, config.port)
  const newGuid = createGuids({ clock, random })
  const parts = { store, clock, random, newGuid, sealer, region, log: createLog('silent') }
  const nodes = await joinNodes(store, parts)
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress(parts)
  const shared = sandboxOf(config, parts)?.gateways ?? {}
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

/** @throws {Refused} where the database was lost. */
function refuseLost(name: RegionName, folder: string): void {
  try {
    requireDatabase(name, folder)
  } catch (error) {
    throw error instanceof DatabaseMissing ? new Refused(error.message) : error
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Refused(
      `The data folder ${folder} cannot be used: ${fileFault(error)}. Set TONEGATE_DATA to the data folder of the server.`,
    )
  }
}

async function openDatabase(place: StorePlace): Promise<Store> {
  try {
    return await openStore(place)
  } catch (error) {
    if (!('file' in place)) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EPERM' && code !== 'EACCES' && code !== 'ERR_SQLITE_ERROR') throw error
    throw new Refused(
      `${place.file} cannot be opened: ${error}. Run the command as the user that the server runs as.`,
    )
  }
}
