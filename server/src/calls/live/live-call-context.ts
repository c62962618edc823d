import type { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Lines } from '../lines/lines.ts'
import type { prepareLiveCallRows } from './live-call-rows.ts'

/** What the operations on calls in progress share. */
export interface LiveCallContext extends Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log' | 'tracer'> {
  /** What is told of a call, and that its line is to be secured: one after the other. */
  readonly onCall: ReturnType<typeof createOneAtATime>
  readonly rows: ReturnType<typeof prepareLiveCallRows>
  readonly lines: Pick<Lines, 'sessionOf' | 'callEnded'> & {
    readonly elsewhere: Pick<Lines['elsewhere'], 'stateOf' | 'changed' | 'callEnded'>
  }
}
