import { hostname } from 'node:os'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Store } from '../store.ts'
import type { NodeTable } from '../tables.ts'
import { prepareNodeRows } from './node-rows.ts'

/** A process that works on the database. */
export type Node = Pick<NodeTable, 'id' | 'place' | 'url' | 'version'>

/** The processes that work on a database, as one of them sees them. */
export interface Nodes {
  /** Those that are there, this one among them, as they were within the last two seconds. */
  all(): readonly Node[]
  /** Looks who is there now. */
  look(): Promise<void>
  /** Calls back each time that it was looked. */
  onLook(looked: () => void): void
  /** Resolves when others have found that this one was not heard of for too long: what it held is theirs. */
  readonly lost: Promise<void>
  /** Whether nobody can have taken yet what this one holds. */
  isHere(): boolean
  /** Gives up what it holds: others take it at once. */
  leave(): Promise<void>
}

interface Joining {
  readonly clock: Clock
  readonly log: Log
  /** Where others reach this one; null where nobody has to. */
  readonly url?: string | null
  readonly version?: string
  /** No other server works on it: what those before it held is held by nobody. */
  readonly alone?: boolean
}

const beatMilliseconds = 2_000
/** By the clock of the database, which is the same for all. */
export const deadMilliseconds = 8_000

/**
 * Writes down that this process works on a database, and where several may, says so every two seconds. A file is served by
 * one, which need not.
 */
export async function joinNodes(store: Store, joining: Joining): Promise<Nodes> {
  const { clock, log, url = null, version = '', alone = false } = joining
  const rows = prepareNodeRows(store)
  const id = store.nodeId
  const own: Node = { id, place: `process ${process.pid} on ${hostname()}`, url, version }
  await store.write(async (tx) => {
    if (alone) await rows.forgetAll.run(tx, {})
    await rows.join.run(tx, { ...own, now: clock.now() })
  })
  const leave = () =>
    store
      .write((tx) => rows.leave.run(tx, { id }))
      .then(
        () => {},
        () => {},
      )
  if (!store.isShared) return { ...aloneAs(own), leave }

  let known: readonly Node[] = await rows.all.all(store.reader, {})
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>()
  const joinedAt = clock.elapsed()
  let heardAt = joinedAt
  /** Since when it has been heard of all the time. */
  let steadySince = joinedAt
  let isLost = false
  let looked = (): void => {}

  async function look(): Promise<void> {
    known = await rows.all.all(store.reader, {})
    looked()
  }

  /** Who was not heard of itself lets the others say first that they are there: the database was away for all of them. */
  async function beat(): Promise<void> {
    const sentAt = clock.elapsed()
    if (sentAt - heardAt > deadMilliseconds) steadySince = sentAt
    const isSteady = sentAt - steadySince >= deadMilliseconds
    const milliseconds = deadMilliseconds
    try {
      const found = await store.write(async (tx) => {
        if ((await rows.beat.run(tx, { id })) === 0) return 'lost' as const
        if (isSteady) await rows.forgetSilent.run(tx, { milliseconds })
        return 'here' as const
      })
      if (found === 'lost') return isGone()
      heardAt = sentAt
      await look()
    } catch (error) {
      log.warn({ err: error }, 'the database could not be told that this server is there')
    }
  }

  function isGone(): void {
    if (isLost) return
    isLost = true
    stop()
    log.fatal('this server was not heard of for too long: others have taken over what it did')
    lose()
  }

  const stop = clock.every(beatMilliseconds, () => void beat())
  return {
    all: () => known,
    look,
    onLook(next) {
      looked = next
    },
    lost,
    isHere: () => !isLost && clock.elapsed() - heardAt < deadMilliseconds,
    async leave() {
      stop()
      await leave()
    },
  }
}

const aloneAs = (own: Node): Omit<Nodes, 'leave'> => ({
  all: () => [own],
  look: async () => {},
  onLook() {},
  lost: new Promise(() => {}),
  isHere: () => true,
})
