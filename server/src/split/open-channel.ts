import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import type { Parts } from '../base/parts.ts'
import { type RegionName, regionNames } from '../base/region.ts'
import { inRequest } from '../base/request-scope.ts'
import { readTraceparent, traceparentHeader } from '../base/tracing/traceparent.ts'
import type { ChannelSettings, SplitRole } from '../config/channel-settings.ts'
import type { RequestHandler } from '../http/listen.ts'
import { createRequestIds, requestIdHeader } from '../http/request-id.ts'
import { type AskOtherProcess, createAskOtherHalf } from './ask-other-process.ts'
import { connectionAs, listenFor, nameOf, stopListening } from './channel.ts'
import { channelVersion, type Greeting } from './greeting.ts'
import { type ChannelState, greetingPath, watchChannel } from './watch-channel.ts'

/** The way between the two processes. */
export interface Channel {
  readonly port: number
  askOtherProcess(region: RegionName): AskOtherProcess
  /** How it stands with the other process. */
  state(): Promise<ChannelState>
  /** From now on the other process is answered. @param handlerOf what answers for a region. */
  serve(handlerOf: (region: RegionName) => RequestHandler | undefined): void
  /** From now on the other process is told whether this one can do its work. @param look why it cannot, if so. */
  tellReadiness(look: () => Promise<string | undefined>): void
  /**
   * Takes no more requests of the other process, and resolves when those under way have been answered, or after ten
   * seconds: what the other process has not sent whole by then, it will ask again.
   */
  stop(): Promise<void>
  /** Asks the other process nothing more. */
  close(): void
}

/** Listens for the other process at once, and answers it when it is told how. */
export async function openChannel(
  {
    role,
    channel,
    regions,
  }: {
    readonly role: SplitRole
    readonly channel: ChannelSettings
    readonly regions: readonly RegionName[]
  },
  { clock, log }: Pick<Parts, 'clock' | 'log'>,
): Promise<Channel> {
  const { key, host, port, peer } = channel
  const outgoing = createOutgoing({
    clock,
    privateAddresses: 'allowed',
    tls: connectionAs(nameOf(role), key),
    maxSockets: 256,
  })
  const ours: Greeting = { half: role, channelVersion, regions }
  let lookAtReadiness = async (): Promise<string | undefined> => undefined
  let handlerOf: Parameters<Channel['serve']>[0] = () => undefined
  async function answerGreeting(response: ServerResponse): Promise<void> {
    const notReady = await lookAtReadiness()
    response.end(JSON.stringify({ ...ours, ...(notReady !== undefined && { notReady }) } satisfies Greeting))
  }
  const requestIdOf = createRequestIds()
  const other = nameOf(role === 'api' ? 'vault' : 'api')
  const server = await listenFor((identity) => (identity === other ? key : undefined), {
    host,
    port,
    handler(request, response) {
      if (request.url === greetingPath) return void answerGreeting(response)
      const [, name, rest = '/'] = /^\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? []
      const region = regionNames.find((each) => each === name)
      const handler = region && handlerOf(region)
      if (!handler) return void response.writeHead(503).end()
      request.url = rest
      const askedIn = readTraceparent(request.headers[traceparentHeader])
      inRequest(requestIdOf(request.headers[requestIdHeader]), () => handler(request, response), askedIn)
    },
  })
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))
  const watch = watchChannel({ ours, peer, send: outgoing.send, clock, log })
  return {
    port: (server.address() as AddressInfo).port,
    askOtherProcess: (region) =>
      createAskOtherHalf({ send: outgoing.send, peer: new URL(`/${region}`, peer) }),
    serve(next) {
      handlerOf = next
    },
    tellReadiness(look) {
      lookAtReadiness = look
    },
    state: watch.state,
    stop: () => stopListening(server, clock),
    close() {
      watch.close()
      outgoing.close()
    },
  }
}
