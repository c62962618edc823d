import { createOutbox } from '../../store/outbox/outbox.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import { createFollowOnce } from './follow-once.ts'
import type { Look } from './look-at-session.ts'
import { createLookKind } from './look-kind.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'

const hour = 3_600_000

export interface FollowSessions {
  /** Begins to follow sessions, also those of nodes that are not there any more, and to remove the old ones. */
  start(): void
  close(): Promise<void>
}

/**
 * Follows the sessions of other providers until their outcome is known. Another Tonegate's vault is asked, less and
 * less often, and providers take turns, so that one that does not answer holds up no other; of PCI Pal nothing can be
 * asked. What has not ended when the provider's lifetime is over has expired, and its outcome is `unknown`: a card may
 * have been charged, and the callback lost. When a session is looked at next is in its row, and the node looks that takes
 * the row first.
 */
export function createFollowSessions(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & {
    readonly rows: RemoteSessionRows
    readonly look: Look
    readonly taking: TakeResult
  },
): FollowSessions {
  const looks = createOutbox(createLookKind({ ...parts, followOnce: createFollowOnce(parts) }), parts.clock)
  let removal: ReturnType<typeof startRemoval> | undefined
  return {
    start() {
      removal = removeOldSessions(parts)
      looks.start()
    },
    async close() {
      await removal?.close()
      await looks.close()
    },
  }
}

const removeOldSessions = ({
  rows,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & { readonly rows: RemoteSessionRows }) =>
  startRemoval({
    ...parts,
    intervalMilliseconds: hour,
    batches: {
      sessions: (tx, { now, batchRows }) =>
        rows.removeOld.run(tx, { endedBefore: now - sessionRetentionMilliseconds, batchRows }),
    },
    failed: 'old sessions of other providers could not be removed',
  })
