import { hash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { type AddressInfo, isIPv6, type Socket } from 'node:net'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import type { Parts } from '../base/parts.ts'
import { type RegionName, regionNames } from '../base/region.ts'
import { inRequest } from '../base/request-scope.ts'
import { traceHeader } from '../base/tracing/in-span.ts'
import { readTraceparent, traceparentHeader } from '../base/tracing/traceparent.ts'
import type { RequestHandler } from '../http/listen.ts'
import { createRequestIds, requestIdHeader } from '../http/request-id.ts'
import { type AskOtherProcess, createAskOtherHalf } from '../split/ask-other-process.ts'
import { connectionAs, listenFor, stopListening } from '../split/channel.ts'
import type { NodeId } from '../store/nodes/node-id.ts'
import { createConnections } from './connections.ts'
import { endWhenSilent, forward } from './forward.ts'
import { asIfItCameHere } from './forwarded.ts'
import { answerNotHere, isMeantFor, meantForHeader, saysNotHere } from './not-here.ts'
import { createTellUnreached } from './tell-unreached.ts'

/** What a region answers other nodes. */
export interface ServedToNodes {
  /** What this node is called there. */
  readonly node: NodeId
  /** What they ask in JSON. */
  readonly asked: RequestHandler
  /** Requests that came to them. */
  readonly forwarded: RequestHandler
  /** Requests that came to another one, and went on from the node that was thought to have what they are about. */
  readonly forwardedAgain: RequestHandler
}

/** For the first time, or by a node that others had taken for the right one: nothing goes further than that. */
export type Forwarding = 'forwarded' | 'forwardedAgain'

/** A region of another node. */
export interface OtherNode {
  readonly node: NodeId
  readonly url: string
  readonly region: RegionName
}

/** The way between the nodes. */
export interface NodeChannel {
  /** Where others reach this node. */
  readonly url: string
  /** From now on other nodes are answered. */
  serve(servedOf: (region: RegionName) => ServedToNodes | undefined): void
  ask(other: OtherNode): AskOtherProcess
  /** @param unanswered says that there is no answer. */
  forward(
    to: OtherNode & { readonly as: Forwarding },
    request: IncomingMessage,
    response: ServerResponse,
    unanswered: () => void,
  ): void
  /** Asks for what another node answers a client. @throws {Error} when it does not. */
  read(from: OtherNode, path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage>
  /** A node is not there any more: nothing that was asked of it is waited for. */
  forget(node: NodeId): void
  /** Takes no more requests, and resolves when those under way have been answered, or after ten seconds. */
  stop(): Promise<void>
  close(): void
}

const pathOf = { forwarded: '/forwarded', forwardedAgain: '/forwarded-again' } as const
const forwardings = ['forwarded', 'forwardedAgain'] as const satisfies readonly Forwarding[]

/** What a node calls itself, by the key that it has: nodes that have another know at once that they do. */
export const nameBy = (key: Uint8Array): string => `tonegate-node-${hash('sha256', key).slice(0, 16)}`

/**
 * Listens for the other nodes.
 *
 * @param keys 32 bytes each: the first is shown to others, all are taken.
 * @param place where it listens: the host is one of this machine's, the port 0 for any.
 * @param url where others reach it, where that is not the place.
 */
export async function openNodeChannel(
  {
    keys,
    place,
    url,
  }: {
    readonly keys: readonly [Uint8Array, ...Uint8Array[]]
    readonly place: { readonly host: string; readonly port: number }
    readonly url?: string | undefined
  },
  { clock, log }: Pick<Parts, 'clock' | 'log'>,
): Promise<NodeChannel> {
  const tls = connectionAs(nameBy(keys[0]), keys[0])
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed', tls, maxSockets: 256 })
  const connections = createConnections(tls)
  let servedOf: Parameters<NodeChannel['serve']>[0] = () => undefined
  const requestIdOf = createRequestIds()
  const tellUnreached = createTellUnreached({ clock, log })
  /** The connections of what strangers have sent to other nodes: whatever they may have hidden in it asks for nothing. */
  const ofStrangers = new WeakSet<Socket>()

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const [, name, path = '/'] = /^\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? []
    const region = regionNames.find((each) => each === name)
    const served = region && servedOf(region)
    const as = forwardings.find((each) => path.startsWith(`${pathOf[each]}/`))
    if (as) ofStrangers.add(request.socket)
    else if (ofStrangers.has(request.socket)) return void request.socket.destroy()
    if (!served) return void answerNotHere(response)
    if (!isMeantFor(request, served.node)) return void answerNotHere(response, 'another node')
    const answerHere = () => {
      request.url = as ? path.slice(pathOf[as].length) : path
      delete request.headers[meantForHeader]
      if (as) asIfItCameHere(request)
      served[as ?? 'asked'](request, response)
    }
    const askedIn = readTraceparent(request.headers[traceparentHeader])
    inRequest(requestIdOf(request.headers[requestIdHeader]), answerHere, askedIn)
  }

  const keyOf = (identity: string) => keys.find((key) => nameBy(key) === identity)
  const server = await listenFor(keyOf, { ...place, setting: 'TONEGATE_NODE_URL', handler: answer })
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))
  const { port } = server.address() as AddressInfo
  return {
    url: url ?? `https://${isIPv6(place.host) ? `[${place.host}]` : place.host}:${port}`,
    serve(next) {
      servedOf = next
    },
    ask: ({ node, url, region }) =>
      createAskOtherHalf({
        send: outgoing.send,
        peer: new URL(`/${region}`, url),
        headers: { [meantForHeader]: node },
        signal: connections.to(node).gone.signal,
      }),
    forward(to, request, response, unanswered) {
      const path = `/${to.region}${pathOf[to.as]}${request.url}`
      const { agent } = connections.to(to.node)
      const onward = { agent, url: new URL(to.url), node: to.node, path }
      forward(onward, request, response, (reason) => {
        if (reason !== undefined) tellUnreached(to, reason)
        unanswered()
      })
    },
    async read(from, path, headers) {
      const url = new URL(`/${from.region}${pathOf.forwarded}${path}`, from.url)
      const asked = { ...headers, [meantForHeader]: from.node, ...traceHeader() }
      const { agent } = connections.to(from.node)
      return answerOf(url, { agent, headers: asked })
    },
    forget: connections.forget,
    stop: () => stopListening(server, clock),
    close() {
      outgoing.close()
      connections.close()
    },
  }
}

async function answerOf(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const asking = httpsRequest(url, options).end()
  // Whoever reads the answer sees by its end that the other node is gone.
  asking.on('error', () => {})
  endWhenSilent(asking)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  if (!saysNotHere(answer)) return answer
  answer.resume()
  throw new Error('The other node has not what is asked for: it ends, or another one has come in its place.')
}
