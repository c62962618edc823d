import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBoundedCache } from '../base/bounded-cache.ts'
import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { RegionName } from '../base/region.ts'
import type { AskOtherProcess } from '../split/ask-other-process.ts'
import type { Nodes } from '../store/nodes/join-nodes.ts'
import type { NodeId } from '../store/nodes/node-id.ts'
import type { Forwarding, NodeChannel, OtherNode } from './node-channel.ts'

/** Who has an open session in memory: another node, or nobody for the moment, since its node is gone. */
export type Elsewhere = NodeId | 'nobody'

/** The other nodes of a region, and the way to them. */
export interface Peers {
  /** Those that can be asked for something now: all but this one. */
  others(): readonly NodeId[]
  /** Asks another node for something, in JSON. @throws {Problem} `provider-unavailable` where it is gone. */
  ask(node: NodeId): AskOtherProcess
  /**
   * Has another node answer a request that came here, as if it had come there.
   *
   * @param unanswered says that there is no answer.
   * @param as for the first time, unless given.
   */
  forward(
    node: NodeId,
    request: IncomingMessage,
    response: ServerResponse,
    unanswered: () => void,
    as?: Forwarding,
  ): void
  /** Asks another node for what it answers a client, and hands that out as it comes. */
  read(node: NodeId, path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage>
  /**
   * Who has an open session in its memory, or the last state of one that has ended a moment ago; `undefined` where that is
   * this node, or there is no such session. One that is being taken over, by this node or another, is waited for, for a
   * moment.
   *
   * @param isHere whether it is in the memory of this node, where that has it by its row; it is, unless given.
   */
  elsewhere(captureGuid: Guid, isHere?: () => boolean): Promise<Elsewhere | undefined>
}

/** Nobody has the session for a moment: its node is gone, and another one is about to take it over. */
export const betweenNodes = (): Problem =>
  new Problem(
    'provider-unavailable',
    'The session is being taken over by another server. Try again shortly.',
    {
      headers: { 'retry-after': '2' },
    },
  )

/** Whose a session is changes when its node is gone, and then nobody answers. */
const knownMilliseconds = 1_000
const maxKnown = 20_000
/** Milliseconds that a session which nobody has is waited for, a look after each: who takes it over looks each second. */
const takeOverPauses = [200, 400, 800, 1_600]

/** Whose a session is, by its row; null: nobody has taken it yet. */
interface Owned {
  readonly owner: NodeId | null
  readonly state: string
}

/** @param ownerOf whose a session is that is open, or has ended a moment ago. */
export function createPeers({
  nodes,
  self,
  region,
  channel,
  clock,
  ownerOf,
}: {
  readonly nodes: Pick<Nodes, 'all' | 'look' | 'onLook'>
  readonly self: NodeId
  readonly region: RegionName
  readonly channel: NodeChannel
  readonly clock: Clock
  readonly ownerOf: (captureGuid: Guid) => Promise<Owned | undefined>
}): Peers {
  const known = createBoundedCache<Guid, { readonly owner: NodeId; readonly until: number }>(maxKnown)
  const urlOf = (node: NodeId): string | undefined =>
    nodes.all().find(({ id }) => id === node)?.url ?? undefined
  const reached = new Set<NodeId>()
  /** Whoever waits for a node that has stopped would wait for long: another one has what it had. */
  nodes.onLook(() => {
    for (const node of reached) {
      if (urlOf(node) !== undefined) continue
      reached.delete(node)
      channel.forget(node)
    }
  })

  function reach(node: NodeId): OtherNode | undefined {
    const url = urlOf(node)
    if (url === undefined) return undefined
    reached.add(node)
    return { node, url, region }
  }

  async function find(guid: Guid, isHere: () => boolean): Promise<Elsewhere | 'becoming ours' | undefined> {
    const row = await ownerOf(guid)
    if (!row) return undefined
    const { owner, state } = row
    if (owner === self) return state === 'open' && !isHere() ? 'becoming ours' : undefined
    if (owner !== null && urlOf(owner) === undefined) await nodes.look()
    if (owner !== null && urlOf(owner) !== undefined) return owner
    return state === 'open' ? 'nobody' : undefined
  }

  /** The same, when it has been taken over. */
  async function findTaken(guid: Guid, isHere: () => boolean): Promise<Elsewhere | undefined> {
    let owner = await find(guid, isHere)
    for (const milliseconds of takeOverPauses) {
      if (owner !== 'nobody' && owner !== 'becoming ours') break
      await new Promise<void>((resolve) => void clock.after(milliseconds, resolve))
      owner = await find(guid, isHere)
    }
    return owner === 'becoming ours' ? undefined : owner
  }

  return {
    others: () => nodes.all().flatMap(({ id, url }) => (id === self || url === null ? [] : [id])),
    ask(node) {
      const other = reach(node)
      if (!other) throw betweenNodes()
      return channel.ask(other)
    },
    forward(node, request, response, unanswered, as = 'forwarded') {
      const other = reach(node)
      if (!other) return unanswered()
      channel.forward({ ...other, as }, request, response, () => {
        known.clear()
        unanswered()
      })
    },
    async read(node, path, headers) {
      const other = reach(node)
      if (!other) throw betweenNodes()
      return channel.read(other, path, headers)
    },
    async elsewhere(guid, isHere = () => true) {
      const seen = known.get(guid)
      if (seen && seen.until > clock.elapsed() && urlOf(seen.owner) !== undefined) return seen.owner
      const owner = await findTaken(guid, isHere)
      if (owner !== undefined && owner !== 'nobody')
        known.set(guid, { owner, until: clock.elapsed() + knownMilliseconds })
      return owner
    },
  }
}
