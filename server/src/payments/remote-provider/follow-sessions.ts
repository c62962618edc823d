import { createDueSweep } from '../../base/due-sweep.ts'
import type { Guid } from '../../base/guid.ts'
import { createLanes, type Lane } from '../../base/lanes.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import { keptMilliseconds } from '../retention.ts'
import type { Look } from './look-at-session.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'
import { targetOf } from './target-of.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Between two looks: a tenth of the session's age, within these. */
const minPause = 5 * second
const maxPause = 5 * minute

/** A provider that says after a session's lifetime that it is open is believed so long. */
const maxOvertime = 10 * minute

/** An outcome that is not known is looked for so long after the end. */
const maxWatch = 72 * hour

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
export function createFollowSessions({
  store,
  rows,
  look,
  taking,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly look: Look
  readonly taking: TakeResult
}): FollowSessions {
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
    const left = await step(row).catch((error) => {
      const providerSessionGuid = row.provider_session_guid
      if (!closing)
        log.error({ err: error, providerSessionGuid }, 'the state of a session could not be checked')
      return row
    })
    turn.end(true)
    if (left && !closing) watch(left)
    lookAtNext()
  }

  /** Looks at a session once. @returns it as it is then, while there is something left to wait for. */
  async function step(row: RemoteSessionTable): Promise<RemoteSessionTable | undefined> {
    const guid = row.provider_session_guid as Guid
    const looked = await look(guid)
    let now = await rows.find.first(store.reader, { guid })
    if (now?.outcome === null && isOver(now, looked === 'open')) {
      log.warn({ providerSessionGuid: guid }, 'a session expired at its provider without a result')
      await taking.take({ guid, end: 'expired', outcome: 'unknown' })
      now = await rows.find.first(store.reader, { guid })
    }
    return now && !isDecided(now) ? now : undefined
  }

  const isOver = ({ expires_at }: RemoteSessionTable, isOpenThere: boolean) =>
    clock.now() >= expires_at + (isOpenThere ? maxOvertime : 0)

  function isDecided(row: RemoteSessionTable): boolean {
    const { outcome, ended_at } = row
    if (outcome !== null && outcome !== 'unknown') return true
    return ended_at !== null && (clock.now() >= ended_at + maxWatch || !canBeAsked(row))
  }

  function watch(row: RemoteSessionTable): void {
    const now = clock.now()
    const pause = Math.min(Math.max((now - row.created_at) / 10, minPause), maxPause)
    const isOpen = row.outcome === null
    const untilEnd = isOpen && row.expires_at > now ? row.expires_at - now : maxPause
    const dueAt = now + (canBeAsked(row) ? Math.min(pause, untilEnd) : Math.max(untilEnd, 0))
    followed.set(row.provider_session_guid, { row, dueAt })
    due.due(dueAt)
  }

  return {
    follow: watch,
    async start() {
      removal = startRemoval({
        store,
        clock,
        log,
        everyMilliseconds: hour,
        batches: {
          sessions: (tx, { now, batchRows }) =>
            rows.removeOld.run(tx, { endedBefore: now - keptMilliseconds, batchRows }),
        },
        failed: 'old sessions of other providers could not be removed',
      })
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

const canBeAsked = (row: RemoteSessionTable) => targetOf(row).provider.kind === 'tonegate'
