import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Guid } from '../../base/guid.ts'
import type { Launch } from '../model/launch.ts'
import type { OpenSessionCount } from '../model/session-meter.ts'
import type { LastState, ViewAccess } from '../model/vault-sessions.ts'
import type { OpenCardEntry, Progress } from './card-entry-host.ts'
import { countOpen, createSessionCounts, stageAsleep } from './count-open.ts'

/** What an open session is made from, be it new or read from its row. */
export interface SessionSource {
  readonly guid: Guid
  /** How often it has been taken over by another node. */
  readonly epoch: number
  readonly launch: Launch
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** When it was active last: at its launch, or when this process took it up. */
  readonly activeAt: number
  readonly progress: Progress
  /** The complete card number and expiry, sealed. */
  readonly sealedFields: Uint8Array | null
  /** Hashes, with a space between each. */
  readonly refreshTokens: string
  readonly viewAccess: ViewAccess
  /** JSON of what happened in it before this process took it up. */
  readonly course?: string
}

/** Pages that missed the end of their session ask for it within a minute or so. */
export const lastStateMilliseconds = 120_000
const maxLastStates = 1_000

/** An open session, which sleeps for as long as nobody has touched it. */
type Slot = Asleep | Awake

interface Asleep {
  readonly source: SessionSource
  readonly session?: undefined
}

interface Awake {
  readonly source: SessionSource
  readonly session: OpenCardEntry
}

export type OpenSessions = ReturnType<typeof createOpenSessions>

/**
 * The open sessions. One that nobody has touched sleeps: it is no more than what it is made from, until somebody
 * finds it or its time is over.
 */
export function createOpenSessions({
  wake,
  now,
}: {
  readonly wake: (source: SessionSource) => OpenCardEntry
  readonly now: () => number
}) {
  const slots = new Map<Guid, Slot>()
  const awoken = new Set<Awake>()
  const asleep = createSessionCounts()
  const ended = createBoundedCache<Guid, LastState & { readonly until: number }>(maxLastStates)
  let suspended = false

  function awake(slot: Slot): OpenCardEntry {
    if (slot.session) return slot.session
    const { source } = slot
    const session = wake(source)
    if (suspended) session.suspend()
    if (slots.get(source.guid) === slot) {
      const woken = { source, session }
      slots.set(source.guid, woken)
      awoken.add(woken)
      asleep.change(source, stageAsleep(source), -1)
    }
    return session
  }

  function remove(guid: Guid): void {
    const slot = slots.get(guid)
    if (!slot) return
    slots.delete(guid)
    if (slot.session) awoken.delete(slot)
    else asleep.change(slot.source, stageAsleep(slot.source), -1)
  }

  function tick(slot: Slot): number {
    const sleepsUntil = slot.session ? Number.NEGATIVE_INFINITY : endOf(slot.source)
    return now() < sleepsUntil ? sleepsUntil : awake(slot).tick()
  }

  return {
    /** Returns when the session ends by itself if nobody touches it. */
    add(source: SessionSource): number {
      remove(source.guid)
      slots.set(source.guid, { source })
      asleep.change(source, stageAsleep(source), 1)
      return endOf(source)
    },
    find(guid: Guid): OpenCardEntry | undefined {
      const slot = slots.get(guid)
      return slot && awake(slot)
    },
    has: (guid: Guid): boolean => slots.has(guid),
    remove,
    /** A session that has ended: it is found no more, and its last state for two minutes. */
    end(guid: Guid, last: LastState): void {
      remove(guid)
      ended.set(guid, { ...last, until: now() + lastStateMilliseconds })
    },
    findLastState(guid: Guid): LastState | undefined {
      const last = ended.get(guid)
      return last && last.until > now() ? last : undefined
    },
    /** Whoever missed the end of a session in its agent view is not told of it any more. */
    closeLastView(guid: Guid): void {
      const last = ended.get(guid)
      if (last) ended.set(guid, { ...last, viewAccess: 'closed' })
    },
    count: (): readonly OpenSessionCount[] => countOpen(asleep.all(), awoken),
    /** Does what is due, and returns when something is due next; `Infinity` for never. */
    tickAll(): number {
      return slots.values().reduce((next, slot) => Math.min(next, tick(slot)), Number.POSITIVE_INFINITY)
    },
    /** Wipes the digits of all, and lets them take nothing more. */
    suspendAll(): void {
      suspended = true
      for (const { session } of awoken) session.suspend()
    },
  }
}

const endOf = ({ launch, expiresAt, activeAt }: SessionSource): number =>
  Math.min(expiresAt, activeAt + launch.flow.idleSeconds * 1000)
