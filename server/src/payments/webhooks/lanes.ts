import { type Attempt, isDelivered } from './attempt.ts'
import type { Message, Receiver } from './messages.ts'

/** What waits for one receiver in this process, and how much of it may be under way at a time. */
export interface Lane extends Receiver {
  readonly queue: Message[]
  running: number
  mostRunning: number
  filling: boolean
  /** There is more for it in the store, as far as is known. */
  mayBeMore: boolean
}

/** Under way at a time, to all receivers together. */
const mostRunningInAll = 512
/** To one receiver: as many as it answers quickly, and few where it does not, so that it leaves room to others. */
const running = { first: 16, least: 2, most: 128 } as const
const slowMilliseconds = 2_000
const mostQueued = 1_000
/** With so few left, more are taken from the store. */
const fewQueued = 64

/**
 * Lets messages to many receivers take turns: a bound for all together, and one for each receiver that rises with
 * each message it takes and is halved by each that it is slow over.
 */
export function createLanes() {
  const lanes = new Map<string, Lane>()
  /** Those that could send now, the one whose turn it is first. */
  const ready = new Set<Lane>()
  let runningInAll = 0

  function markReady(lane: Lane): void {
    if (lane.queue.length > 0 && lane.running < lane.mostRunning) ready.add(lane)
  }

  return {
    of({ accountId, configurationId }: Receiver): Lane {
      const key = `${accountId}/${configurationId}`
      const known = lanes.get(key)
      if (known) return known
      const lane = {
        ...{ accountId, configurationId, queue: [], running: 0, mostRunning: running.first },
        ...{ filling: false, mayBeMore: false },
      }
      lanes.set(key, lane)
      return lane
    },
    hasRoom: (lane: Lane): boolean => lane.queue.length < mostQueued,
    put(lane: Lane, messages: readonly Message[]): void {
      lane.queue.push(...messages)
      markReady(lane)
    },
    /** A message for it is in the store alone. */
    overflow(lane: Lane): void {
      lane.mayBeMore = true
    },
    /** The message whose turn it is; `undefined` when none may be sent now. */
    next(): readonly [Lane, Message] | undefined {
      if (runningInAll >= mostRunningInAll) return
      const [lane] = ready
      const message = lane?.queue.shift()
      if (!lane) return
      ready.delete(lane)
      markReady(lane)
      return message && [lane, message]
    },
    begin(lane: Lane): void {
      lane.running += 1
      runningInAll += 1
      if (lane.running >= lane.mostRunning) ready.delete(lane)
    },
    end(lane: Lane, attempt: Attempt): void {
      lane.running -= 1
      runningInAll -= 1
      if (attempt.milliseconds > slowMilliseconds) {
        lane.mostRunning = Math.max(running.least, Math.floor(lane.mostRunning / 2))
      } else if (isDelivered(attempt)) lane.mostRunning = Math.min(running.most, lane.mostRunning + 1)
      markReady(lane)
    },
    wantsMore: ({ mayBeMore, filling, queue }: Lane): boolean =>
      mayBeMore && !filling && queue.length < fewQueued,
    /** Fills a lane up, once at a time. */
    async filling(
      lane: Lane,
      fill: (room: number) => Promise<{ readonly held: readonly Message[]; readonly mayBeMore: boolean }>,
    ): Promise<void> {
      const room = mostQueued - lane.queue.length
      if (lane.filling || room <= 0) return
      lane.filling = true
      try {
        const { held, mayBeMore } = await fill(room)
        lane.mayBeMore = mayBeMore
        lane.queue.push(...held)
        markReady(lane)
      } finally {
        lane.filling = false
      }
    },
    /** Takes out all that has not been sent. */
    empty(): readonly Message[] {
      ready.clear()
      return [...lanes.values()].flatMap(({ queue }) => queue.splice(0))
    },
  }
}
