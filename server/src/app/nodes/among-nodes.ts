import type { Guid } from '../../base/guid.ts'
import { createHttp, type Http } from '../../http/http.ts'
import type { RequestHandler } from '../../http/listen.ts'
import type { NodeChannel, ServedToNodes } from '../../nodes/node-channel.ts'
import { answerNotHere } from '../../nodes/not-here.ts'
import { createPeers, type Peers } from '../../nodes/peers.ts'
import { serveVault } from '../../split/serve-vault.ts'
import type { Nodes } from '../../store/nodes/join-nodes.ts'
import { prepareOwnerRows } from '../../vault/model/rows/owner-rows.ts'
import { lastStateMilliseconds } from '../../vault/session/open-sessions.ts'
import type { OpenVault } from '../open-vault.ts'
import type { RegionParts } from '../region-parts.ts'
import { createOwnerOfRequest } from './owner-of-request.ts'
import { type OwnerOf, routeToOwner } from './route-to-owner.ts'
import { serveTold } from './told-elsewhere.ts'

/** The other nodes of a region, and whose its sessions are. */
export function peersOf(
  channel: NodeChannel,
  {
    store,
    nodes,
    region,
    clock,
  }: Pick<RegionParts, 'store' | 'region' | 'clock'> & {
    readonly nodes: Pick<Nodes, 'all' | 'look' | 'onLook'>
  },
): Peers {
  const { ownerOf } = prepareOwnerRows(store)
  return createPeers({
    channel,
    nodes,
    self: store.nodeId,
    region: region.name,
    clock,
    ownerOf: (guid) => ownerOf.first(store.reader, { guid, since: clock.now() - lastStateMilliseconds }),
  })
}

/** How a region answers: requests about a session or a call at the node that has it, and what other nodes ask of this one. */
export async function amongNodes(
  app: Http,
  { peers, tracer, ...parts }: Pick<RegionParts, 'peers' | 'store' | 'region' | 'log' | 'tracer'>,
  {
    vault,
    servePhone = () => {},
    captureOf,
  }: {
    readonly vault: OpenVault | undefined
    /** What the sandbox's phones ask one another. */
    readonly servePhone?: ((app: Http) => void) | undefined
    /** What the vault calls a session. */
    readonly captureOf: (guid: Guid) => Promise<Guid>
  },
): Promise<AmongNodes> {
  let leaving: Promise<void> | undefined
  const here: RequestHandler = (request, response) =>
    leaving ? answerNotHere(response) : app.routing(request, response)
  const leave = (left: Promise<void>) => {
    leaving = left
  }
  if (!peers || !vault) return { handler: here, forNodes: undefined, leave, close: async () => {} }
  const { vault: sessions, calls } = vault
  const answering = createHttp({ ...parts, ...(tracer && { tracer }), proxy: 'none' })
  serveVault(vault)(answering)
  calls.servePeers(answering)
  serveTold(answering, sessions)
  servePhone(answering)
  await answering.ready()
  const asking = { calls: calls.elsewhere, captureOf }
  const owner = createOwnerOfRequest({ ...asking, sessions, peers })
  const nextOwner = createOwnerOfRequest({
    ...asking,
    sessions: { find: () => undefined },
    peers: { elsewhere: (guid) => peers.elsewhere(guid) },
  })
  const ownerOf: OwnerOf = (request) => (leaving ? leaving.then(() => nextOwner(request)) : owner(request))
  const route = routeToOwner(app, { ownerOf, peers, here, tracer })
  return {
    handler: route('forwarded'),
    forNodes: {
      node: parts.store.nodeId,
      asked: (request, response) => answering.routing(request, response),
      forwarded: route('forwardedAgain'),
      forwardedAgain: here,
    },
    leave,
    close: () => answering.close(),
  }
}

interface AmongNodes {
  readonly handler: RequestHandler
  readonly forNodes: ServedToNodes | undefined
  /**
   * From now on nothing is answered here: this node ends, and others have what it had.
   *
   * @param left resolves when they may take it.
   */
  leave(left: Promise<void>): void
  close(): Promise<void>
}
