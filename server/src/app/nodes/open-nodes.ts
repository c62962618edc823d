import type { Parts } from '../../base/parts.ts'
import type { Sealer } from '../../base/seal.ts'
import type { Config } from '../../config/config.ts'
import { type NodeChannel, openNodeChannel } from '../../nodes/node-channel.ts'
import { ownAddress } from '../../store/postgres/own-address.ts'

/** Other addresses of the machine than the one that is told to others may be where they come in. */
const everyAddress = '0.0.0.0'
const httpsPort = 443

/**
 * The way to the other nodes that serve the same database; `undefined` where none can, and where this process has nothing
 * that others ask for.
 *
 * @throws {StoreUnavailable}
 */
export async function openNodes(
  { storeUrl, role, node }: Pick<Config, 'storeUrl' | 'role' | 'node'>,
  root: Sealer,
  surroundings: Pick<Parts, 'clock' | 'log'>,
): Promise<NodeChannel | undefined> {
  if (storeUrl === null || role === 'api') return undefined
  const keys = node.key ? ([node.key] as const) : root.derivations('nodes')
  const place = node.url
    ? { host: everyAddress, port: Number(node.url.port) || httpsPort }
    : { host: await ownAddress(storeUrl), port: 0 }
  return openNodeChannel({ keys, place, url: node.url?.origin }, surroundings)
}
