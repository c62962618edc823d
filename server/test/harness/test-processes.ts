import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import type { SplitRole } from '../../src/config/channel-settings.ts'
import { startTestTonegate } from './test-tonegate.ts'

export const channelKey = Buffer.alloc(32, 'a key of both halves').toString('base64')

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Where the splitRoles listen for each other. */
export const channelPorts = async () => ({ api: await freePort(), vault: await freePort() })

type Ports = Awaited<ReturnType<typeof channelPorts>>

/** What makes a process one of the splitRoles. */
export const environmentOf = (role: SplitRole, ports: Ports, key = channelKey) => ({
  TONEGATE_ROLE: role,
  TONEGATE_CHANNEL_KEY: key,
  TONEGATE_CHANNEL_LISTEN: `127.0.0.1:${ports[role]}`,
  TONEGATE_CHANNEL_PEER: `https://127.0.0.1:${ports[role === 'api' ? 'vault' : 'api']}`,
})

/** One of the splitRoles in the test's own process, with a database of its own unless a folder is given. */
export const startHalf = (
  t: TestContext,
  role: SplitRole,
  ports: Ports,
  {
    key = channelKey,
    folder,
    regions = 'nam',
    clock = systemClock,
  }: {
    readonly key?: string
    readonly folder?: string
    readonly regions?: string
    readonly clock?: Clock
  } = {},
) => {
  const environment = {
    ...environmentOf(role, ports, key),
    TONEGATE_REGIONS: regions,
    ...(folder && { TONEGATE_DATA: folder }),
  }
  return startTestTonegate(t, { environment, clock })
}
