import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import { defaultFlow, type Flow, type Launch } from './launch.ts'

const launchOf = (guid: unknown) => `launch ${guid}`

/** What a session was launched with, sealed for its row alone: it holds the customer's name and address. */
export function sealLaunch(sealer: Sealer, guid: Guid, launch: Launch): Buffer {
  const { tenant: _, flow, ...own } = launch
  return sealer.seal(launchOf(guid), Buffer.from(`{"flow":${textOf(flow)},${JSON.stringify(own).slice(1)}`))
}

/** Many sessions have the same flow, and it is most of what there is to write. */
const texts = new WeakMap<Flow, string>()

function textOf(flow: Flow): string {
  const known = texts.get(flow)
  if (known !== undefined) return known
  const text = JSON.stringify(flow)
  texts.set(flow, text)
  return text
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
