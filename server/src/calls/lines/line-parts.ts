import type { Guid } from '../../base/guid.ts'
import type { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Line, LineControl } from '../line-control.ts'
import type { CallPeers } from '../peers/call-peers.ts'

/** The line of a call, and which node has it secured; null where none has. */
export interface FoundLine {
  readonly line: Line
  readonly heldBy: NodeId | null
}

/** What the lines of a region's calls are made of. */
export interface LineParts extends Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'> {
  /** Steers the lines of a platform, whatever its kind. */
  readonly control: LineControl
  /** What is told of a call, and that its line is to be secured: one after the other. */
  readonly onCall: ReturnType<typeof createOneAtATime>
  /** `undefined` when the call has ended. */
  readonly find: (callGuid: Guid) => Promise<FoundLine | undefined>
  readonly isDisabled: (platformGuid: Guid) => Promise<boolean>
  /** Whether a session of the vault is open, at whichever node. */
  readonly isOpen: (sessionGuid: Guid) => Promise<boolean>
  readonly peers: CallPeers
}
