import type { StoreParts } from '../../store/parts.ts'
import type { Lines } from '../lines/lines.ts'
import type { prepareLiveCallRows } from './live-call-rows.ts'

/** What the operations on calls in progress share. */
export interface LiveCallContext extends Pick<StoreParts, 'store' | 'sealer' | 'clock' | 'log'> {
  readonly rows: ReturnType<typeof prepareLiveCallRows>
  readonly lines: Pick<Lines, 'sessionOf' | 'changed' | 'callEnded'>
}
