import type { AddressInfo } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { createOutgoing } from '../base/outgoing.ts'
import { type RegionName, regionNames } from '../base/region.ts'
import type { ChannelSettings } from '../channel-settings.ts'
import type { RequestHandler } from '../serve.ts'
import { type AskOtherHalf, createAskOtherHalf } from './ask-other-half.ts'
import { connectionAs, type Half, listenFor } from './channel.ts'

/** The way between the halves. */
export interface Channel {
  readonly port: number
  askOtherHalf(region: RegionName): AskOtherHalf
  /** From now on the other half is answered. @param handlerOf what answers for a region. */
  serve(handlerOf: (region: RegionName) => RequestHandler | undefined): void
  /** Takes no more requests of the other half, and resolves when those under way have been answered. */
  stop(): Promise<void>
  /** Asks the other half nothing more. */
  close(): void
}

/** Listens for the other half at once, and answers it when it is told how. */
export async function openChannel(
  { role, channel }: { readonly role: Half; readonly channel: ChannelSettings },
  { clock }: { readonly clock: Clock },
): Promise<Channel> {
  const { key, host, port, peer } = channel
  const outgoing = createOutgoing({
    clock,
    privateAddresses: 'allowed',
    tls: connectionAs(role, key),
    mostSockets: 256,
  })
  let handlerOf: Parameters<Channel['serve']>[0] = () => undefined
  const server = await listenFor(role === 'api' ? 'vault' : 'api', {
    ...{ host, port, key },
    handler(request, response) {
      const [, name, rest = '/'] = /^\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? []
      const region = regionNames.find((each) => each === name)
      const handler = region && handlerOf(region)
      if (!handler) return void response.writeHead(503).end()
      request.url = rest
      handler(request, response)
    },
  })
  return {
    port: (server.address() as AddressInfo).port,
    askOtherHalf: (region) => createAskOtherHalf({ send: outgoing.send, peer: new URL(`/${region}`, peer) }),
    serve(next) {
      handlerOf = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
    close: outgoing.close,
  }
}
