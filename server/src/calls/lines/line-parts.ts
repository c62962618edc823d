import type { Guid } from '../../base/guid.ts'
import type { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Line, LineControl } from '../line-control.ts'

/** What the lines of a region's calls are made of. */
export interface LineParts extends Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'> {
  /** Steers the lines of a platform, whatever its kind. */
  readonly control: LineControl
  /** What is told of a call, and that its line is to be secured: one after the other. */
  readonly onCall: ReturnType<typeof createOneAtATime>
  /** The line of a call; `undefined` when it has ended. */
  readonly find: (callGuid: Guid) => Promise<Line | undefined>
  readonly isDisabled: (platformGuid: Guid) => Promise<boolean>
  /** Whether a session of the vault is open. */
  readonly isOpen: (sessionGuid: Guid) => boolean
}
