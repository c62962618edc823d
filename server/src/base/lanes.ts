import type { Clock, Stop } from './clock.ts'

/** What waits for one receiver in this process, and how much of it may be under way at a time. */
export interface Lane<Item> {
  readonly receiver: string
  readonly queue: Item[]
  running: number
  maxRunning: number
  filling: boolean
  /** There is more for it in the store, as far as is known. */
  mayBeMore: boolean
}

/** One piece of work for a receiver, from its beginning on. */
export interface Turn {
  /** It has come to its end. @param succeeded the receiver did what was asked of it. */
  end(succeeded: boolean): void
}

/** Begun within the last two seconds, for all receivers together. */
const maxSwift = 512
/** To one receiver: as many as it answers quickly, and few where it does not, so that it leaves room to others. */
const firstRunning = 16
const maxRunning = 128
const defaultLeastRunning = 2
const slowAfterMilliseconds = 2_000
const maxQueued = 1_000
/** With so few left, more are taken from the store. */
const fewQueued = 64
/** Receivers for whom nothing waits are forgotten when there are more. */
const maxLanes = 10_000

/**
 * Lets work for many receivers take turns, so that those who are slow hold up nobody but themselves: a bound for each
 * receiver, which rises with each piece of work that it does and is halved by each that it is slow over; and one for
 * all together, in which a piece of work counts until it is over or has become slow.
 *
 * @param minRunning how much may be under way for a receiver however slow it is.
 * @param roomAgain is called when something may begin that could not before, and nothing has ended.
 */
export function createLanes<Item>({ clock, minRunning = defaultLeastRunning, roomAgain }: LaneParts) {
  const lanes = new Map<string, Lane<Item>>()
  const shared: Shared<Item> = { clock, minRunning, roomAgain, ready: new Set(), swift: 0 }

  function forgetIdle(): void {
    if (lanes.size <= maxLanes) return
    for (const [receiver, { queue, running, filling }] of lanes) {
      if (queue.length === 0 && running === 0 && !filling) lanes.delete(receiver)
    }
  }

  return {
    of(receiver: string): Lane<Item> {
      const known = lanes.get(receiver)
      if (known) return known
      forgetIdle()
      const lane: Lane<Item> = {
        receiver,
        queue: [],
        running: 0,
        maxRunning: firstRunning,
        filling: false,
        mayBeMore: false,
      }
      lanes.set(receiver, lane)
      return lane
    },
    hasRoom: (lane: Lane<Item>): boolean => lane.queue.length < maxQueued,
    put(lane: Lane<Item>, items: readonly Item[]): void {
      lane.queue.push(...items)
      markReady(shared, lane)
    },
    /** An item for it is in the store alone. */
    overflow(lane: Lane<Item>): void {
      lane.mayBeMore = true
    },
    /** The item whose turn it is; `undefined` when none may begin now. */
    next: () => next(shared),
    begin: (lane: Lane<Item>): Turn => begin(shared, lane),
    wantsMore: ({ mayBeMore, filling, queue }: Lane<Item>): boolean =>
      mayBeMore && !filling && queue.length < fewQueued,
    /** Fills a lane up, once at a time. */
    filling: (lane: Lane<Item>, fill: Fill<Item>): Promise<void> => fillUp(shared, lane, fill),
    /** Takes out all that has not begun. */
    empty(): readonly Item[] {
      shared.ready.clear()
      return [...lanes.values()].flatMap(({ queue }) => queue.splice(0))
    },
  }
}

interface LaneParts {
  readonly clock: Clock
  readonly minRunning?: number
  readonly roomAgain: () => void
}

/** What all lanes share. */
interface Shared<Item> extends Required<LaneParts> {
  /** Those that could begin something now, the one whose turn it is first. */
  readonly ready: Set<Lane<Item>>
  swift: number
}

/** Takes more for a lane from the store. @param room for how many. */
type Fill<Item> = (room: number) => Promise<{ readonly items: readonly Item[]; readonly mayBeMore: boolean }>

function markReady<Item>({ ready }: Shared<Item>, lane: Lane<Item>): void {
  if (lane.queue.length > 0 && lane.running < lane.maxRunning) ready.add(lane)
}

function next<Item>(shared: Shared<Item>): readonly [Lane<Item>, Item] | undefined {
  const { ready, swift } = shared
  if (swift >= maxSwift) return
  const [lane] = ready
  const item = lane?.queue.shift()
  if (!lane) return
  ready.delete(lane)
  markReady(shared, lane)
  return item === undefined ? undefined : [lane, item]
}

function begin<Item>(shared: Shared<Item>, lane: Lane<Item>): Turn {
  const { clock, minRunning, roomAgain, ready } = shared
  lane.running += 1
  shared.swift += 1
  if (lane.running >= lane.maxRunning) ready.delete(lane)
  let isSlow = false
  const stop: Stop = clock.after(slowAfterMilliseconds, () => {
    isSlow = true
    shared.swift -= 1
    lane.maxRunning = Math.max(minRunning, Math.floor(lane.maxRunning / 2))
    if (lane.running >= lane.maxRunning) ready.delete(lane)
    roomAgain()
  })
  return {
    end(succeeded) {
      stop()
      lane.running -= 1
      if (!isSlow) {
        shared.swift -= 1
        if (succeeded) lane.maxRunning = Math.min(maxRunning, lane.maxRunning + 1)
      }
      markReady(shared, lane)
    },
  }
}

async function fillUp<Item>(shared: Shared<Item>, lane: Lane<Item>, fill: Fill<Item>): Promise<void> {
  const room = maxQueued - lane.queue.length
  if (lane.filling || room <= 0) return
  lane.filling = true
  try {
    const { items, mayBeMore } = await fill(room)
    lane.mayBeMore = mayBeMore
    lane.queue.push(...items)
    markReady(shared, lane)
  } finally {
    lane.filling = false
  }
}
