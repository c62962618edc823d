import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guid } from '../base/guid.ts'
import type { AskOtherProcess } from '../split/ask-other-process.ts'
import type { NodeId } from '../store/nodes/node-id.ts'

/** The other nodes of a region, and the way to them. */
export interface Peers {
  /** Those that can be asked for something now: all but this one. */
  others(): readonly NodeId[]
  /** Asks another node for something, in JSON. */
  ask(node: NodeId): AskOtherProcess
  /** Has another node answer a request that came here, as if it had come there. */
  forward(node: NodeId, request: IncomingMessage, response: ServerResponse): void
  /**
   * The other node that has an open session in its memory; `undefined` where this one has it, or nobody: it has ended, is
   * unknown, or its node is gone and it is about to be taken over.
   */
  elsewhere(captureGuid: Guid): Promise<NodeId | undefined>
}
