import { createDueSweep } from '../../base/due-sweep.ts'
import { createLanes, type Lane } from '../../base/lanes.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import { canBeAsked, createFollowOnce, dueAgain, maxWatch } from './follow-once.ts'
import type { Look } from './look-at-session.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'
import { targetOf } from './target-of.ts'

const hour = 3_600_000

/** To one provider at a time, however slow it is: what has expired there is found in its turn. */
const minRunning = 8

/** A process that closes waits no longer for providers that it has asked. */
const closingMilliseconds = 2_000

export interface FollowSessions {
  /** A session was opened. */
  follow(row: RemoteSessionTable): void
  /** Takes up the sessions of the process before this one, and begins to remove the old ones. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Follows the sessions of other providers until their outcome is known. Another Tonegate's vault is asked, less and
 * less often, and providers take turns, so that one that does not answer holds up no other; of PCI Pal nothing can be
 * asked. What has not ended when the provider's lifetime is over has expired, and its outcome is `unknown`: a card may
 * have been charged, and the callback lost.
 */
export function createFollowSessions(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
    readonly rows: RemoteSessionRows
    readonly look: Look
    readonly taking: TakeResult
  },
): FollowSessions {
  const { store, rows, clock, log } = parts
  const followOnce = createFollowOnce(parts)
  const followed = new Map<string, { readonly row: RemoteSessionTable; readonly dueAt: number }>()
  const lanes = createLanes<RemoteSessionTable>({ clock, minRunning, roomAgain: lookAtNext })
  const looking = new Set<Promise<void>>()
  const due = createDueSweep({ clock, sweep })
  let removal: ReturnType<typeof startRemoval> | undefined
  let closing = false

  function sweep(): number {
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const [guid, { row, dueAt }] of followed) {
      if (dueAt > now) next = Math.min(next, dueAt)
      else {
        followed.delete(guid)
        lanes.put(lanes.of(providerOf(row)), [row])
      }
    }
    lookAtNext()
    return next
  }

  function lookAtNext(): void {
    if (closing) return
    for (let next = lanes.next(); next; next = lanes.next()) {
      const run = lookAt(...next).finally(() => looking.delete(run))
      looking.add(run)
    }
  }

  async function lookAt(lane: Lane<RemoteSessionTable>, row: RemoteSessionTable): Promise<void> {
    const turn = lanes.begin(lane)
    const left = await followOnce(row).catch((error) => {
      const providerSessionGuid = row.provider_session_guid
      if (!closing)
        log.error({ err: error, providerSessionGuid }, 'the state of a session could not be checked')
      return row
    })
    turn.end(true)
    if (left && !closing) watch(left)
    lookAtNext()
  }

  function watch(row: RemoteSessionTable): void {
    const dueAt = dueAgain(row, clock.now())
    followed.set(row.provider_session_guid, { row, dueAt })
    due.due(dueAt)
  }

  return {
    follow: watch,
    async start() {
      removal = removeOldSessions(parts)
      const left = await rows.undecided.all(store.reader, { endedAfter: clock.now() - maxWatch })
      for (const row of left) if (row.outcome === null || canBeAsked(row)) watch(row)
    },
    async close() {
      closing = true
      due.close()
      await removal?.close()
      lanes.empty()
      await within(Promise.all(looking), closingMilliseconds, clock)
    },
  }
}

/** Whom a session is asked of, and by whom. */
function providerOf(row: RemoteSessionTable): string {
  const { accountId, provider } = targetOf(row)
  return `${accountId} ${provider.baseUrl}`
}

const removeOldSessions = ({
  rows,
  store,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly rows: RemoteSessionRows }) =>
  startRemoval({
    store,
    clock,
    log,
    intervalMilliseconds: hour,
    batches: {
      sessions: (tx, { now, batchRows }) =>
        rows.removeOld.run(tx, { endedBefore: now - sessionRetentionMilliseconds, batchRows }),
    },
    failed: 'old sessions of other providers could not be removed',
  })
