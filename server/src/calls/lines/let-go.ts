import type { Guid } from '../../base/guid.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import { askNode } from '../peers/call-peers.ts'
import type { LineContext } from './line-context.ts'

/**
 * Has the node that had a line let go of it: what it asked of the line has come to its end when this resolves, so that
 * nothing overtakes what is asked here. One that does not answer finds by itself that the line is not its own.
 */
export async function letGoElsewhere(
  { store, peers, clock }: Pick<LineContext, 'store' | 'peers' | 'clock'>,
  heldBy: NodeId,
  callGuid: Guid,
): Promise<void> {
  if (heldBy === store.nodeId) return
  await askNode({ peers, clock }, heldBy, { path: '/calls/let-go', body: { callGuid } })
}

/** Lets go of a line that another node has taken. */
export async function letGo(
  { secured, dropUnlessHeld, settled }: LineContext,
  callGuid: Guid,
): Promise<void> {
  const line = secured.get(callGuid)
  if (!line || (await dropUnlessHeld(line)) === 'held') return
  await settled(callGuid)
}
