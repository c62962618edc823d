import type { Guid } from '../base/guid.ts'
import type { Sealer } from '../base/seal.ts'
import { type Launch, usualFlow } from './launch.ts'

const launchOf = (guid: Guid) => `launch ${guid}`

/** What a session was launched with, sealed for its row alone: it holds the customer's name and address. */
export function sealLaunch(sealer: Sealer, guid: Guid, { tenant: _, ...launch }: Launch): Buffer {
  return sealer.seal(launchOf(guid), Buffer.from(JSON.stringify(launch)))
}

/** @throws {Error} when it was sealed under another key or for another session. */
export function openLaunch(sealer: Sealer, guid: Guid, tenant: number, sealed: Uint8Array): Launch {
  const launch = JSON.parse(sealer.open(launchOf(guid), sealed).toString()) as Omit<Launch, 'tenant'>
  return { tenant, ...launch, flow: { ...usualFlow, ...launch.flow } }
}
