import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import { defaultFlow, type Launch } from './launch.ts'

const launchOf = (guid: unknown) => `launch ${guid}`

/** What a session was launched with, sealed for its row alone: it holds the customer's name and address. */
export function sealLaunch(sealer: Sealer, guid: Guid, launch: Launch): Buffer {
  return sealer.seal(launchOf(guid), Buffer.from(JSON.stringify({ ...launch, tenant: undefined })))
}

/** @throws {Error} when it was sealed under another key or for another session. */
export function openLaunch(sealer: Sealer, guid: Guid, tenant: number, sealed: Uint8Array): Launch {
  const launch = JSON.parse(sealer.open(launchOf(guid), sealed).toString()) as Omit<Launch, 'tenant'>
  return { tenant, ...launch, flow: { ...defaultFlow, ...launch.flow } }
}

/** What open sessions were launched with. */
export const sealedLaunches = sealedColumn({
  what: 'launches',
  table: 'capture_session',
  key: ['guid'],
  column: 'sealed_launch',
  purposes: ({ guid }) => [launchOf(guid)],
})
