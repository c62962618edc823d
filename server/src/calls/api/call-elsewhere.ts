import type { IncomingMessage } from 'node:http'
import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { heldByNobody } from '../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Store } from '../../store/store.ts'
import type { Lines } from '../lines/lines.ts'
import type { CallPeers } from '../peers/call-peers.ts'
import { keyHash } from '../platforms/platform-keys.ts'
import { callsPath } from './calls-api.ts'
import { keyIn } from './require-platform.ts'

type NodeOf<Named> = (named: Named) => Promise<NodeId | undefined>

/** Which other node has the line of a call secured, if one has that is there. */
export interface CallsElsewhere {
  /** Of the call that a request to the calls API names, by its GUID or by its platform's own name. */
  ofRequest: NodeOf<Pick<IncomingMessage, 'url' | 'headers'>>
  of: NodeOf<Guid>
}

const namesCall = new RegExp(`^${callsPath}/calls/(?:by-reference/([^/?]+)/[^/?]+|([^/?]+))`, 'i')

/** Several keys of an entry. */
const knownMilliseconds = 10_000
const maxKnown = 20_000

/**
 * One read of the database; none for a line that is secured here, and where there are no other nodes. Who has the line of a
 * call is remembered for some seconds: one that has it no more passes on what comes to it.
 */
export function createCallsElsewhere({
  store,
  clock,
  lines,
  peers,
}: {
  readonly store: Store
  readonly clock: Pick<Clock, 'elapsed'>
  readonly lines: Pick<Lines, 'sessionOf'>
  readonly peers: Pick<CallPeers, 'others'>
}): CallsElsewhere {
  const rows = prepareHolders(store)
  const known = createBoundedCache<Guid, { readonly node: NodeId; readonly until: number }>(maxKnown)
  const isAlone = () => peers.others().length === 0

  async function of(guid: Guid): Promise<NodeId | undefined> {
    if (isAlone() || lines.sessionOf(guid)) return undefined
    const seen = known.get(guid)
    if (seen && seen.until > clock.elapsed() && peers.others().includes(seen.node)) return seen.node
    const node = (await rows.ofCall.first(store.reader, { guid }))?.held_by ?? undefined
    if (node) known.set(guid, { node, until: clock.elapsed() + knownMilliseconds })
    else known.delete(guid)
    return node
  }

  async function ofReference(reference: string, key: string): Promise<NodeId | undefined> {
    return (
      (await rows.ofReference.first(store.reader, { reference, sha256: keyHash(key) }))?.held_by ?? undefined
    )
  }

  return {
    of,
    async ofRequest({ url = '', headers }) {
      if (isAlone()) return undefined
      const [, reference, callGuid] = namesCall.exec(url) ?? []
      const guid = callGuid === undefined ? undefined : parseGuid(callGuid)
      if (guid) return of(guid)
      const key = keyIn({ headers })
      const name = decoded(reference)
      return name === undefined || key === undefined ? undefined : ofReference(name, key)
    },
  }
}

function prepareHolders(store: Store) {
  const holders = (db: Parameters<Parameters<Store['prepare']>[0]>[0]) =>
    db
      .selectFrom('live_call')
      .select('live_call.held_by')
      .where('live_call.held_by', '<>', store.nodeId)
      .where((is) => is.not(heldByNobody(is, 'live_call.held_by')))
  return {
    ofCall: store.prepare((db, p: { guid: Guid }) => holders(db).where('live_call.guid', '=', p.guid)),
    ofReference: store.prepare((db, p: { reference: string; sha256: Uint8Array }) =>
      holders(db)
        .innerJoin('call_platform_key', 'call_platform_key.platform_guid', 'live_call.platform_guid')
        .where('call_platform_key.sha256', '=', p.sha256)
        .where('live_call.reference', '=', p.reference),
    ),
  }
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
