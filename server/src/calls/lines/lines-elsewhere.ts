import type { CallEnd, CallTrouble } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Line } from '../line-control.ts'
import { askNode, askOthers } from '../peers/call-peers.ts'
import type { LineContext } from './line-context.ts'
import type { createLineEvents, PlatformReads } from './line-events.ts'
import type { SecuredLine } from './secured-line.ts'

/** What of a secured line its platform is answered. */
export type LineState = Pick<SecuredLine, 'state' | 'sessionGuid'>

/** What a row says of the line of a call. */
export interface HeldCall {
  readonly guid: Guid
  readonly session_guid: Guid | null
  readonly held_by: NodeId | null
}

/** What is told of a line to whichever node has it: this one, or another that is asked. */
export function createLinesElsewhere(
  { store, peers, clock, secured, findHeld }: LineContext,
  here: Pick<ReturnType<typeof createLineEvents>, 'changed' | 'callEnded' | 'platformReads'>,
) {
  const holderOf = ({ guid, held_by }: HeldCall): NodeId | undefined =>
    held_by && held_by !== store.nodeId && !secured.has(guid) ? held_by : undefined

  const ask = <Answer>(node: NodeId, path: string, body: object) =>
    askNode<Answer>({ peers, clock }, node, { path, body })

  return {
    /** A node that has it and does not answer is hardly there any more: the line is to be secured again. */
    async stateOf(call: HeldCall): Promise<LineState | undefined> {
      const holder = holderOf(call)
      if (!holder) return secured.get(call.guid)
      const answer = await ask<{ readonly line: LineState | null }>(holder, '/calls/line', {
        callGuid: call.guid,
      })
      if (answer) return answer.line ?? undefined
      return call.session_guid ? { state: 'lost', sessionGuid: call.session_guid } : undefined
    },

    async changed(call: HeldCall, line: Line, is: 'as-it-was' | 'not-secured'): Promise<void> {
      const holder = holderOf(call)
      if (holder) await ask(holder, '/calls/changed', { line, is })
      else await here.changed(line, is)
    },

    async callEnded(call: HeldCall, by: CallEnd | undefined): Promise<void> {
      const holder = holderOf(call)
      if (holder) await ask(holder, '/calls/ended', { callGuid: call.guid, by })
      else here.callEnded(call.guid, by)
    },

    async trouble(call: HeldCall, trouble: CallTrouble): Promise<void> {
      const holder = holderOf(call)
      if (holder) await ask(holder, '/calls/trouble', { callGuid: call.guid, trouble })
      else findHeld(call.guid)?.listener.trouble(trouble)
    },

    /** At all nodes. */
    platformReads(platformGuid: Guid, reads: PlatformReads): void {
      here.platformReads(platformGuid, reads)
      void askOthers({ peers, clock }, { path: '/calls/platform', body: { platformGuid, reads } })
    },
  }
}
