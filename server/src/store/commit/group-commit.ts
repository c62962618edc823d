import { setTimeout as pause } from 'node:timers/promises'
import { atWork } from '../../base/at-work.ts'
import { Problem } from '../../base/problem.ts'
import { inThisRequest, outsideRequests } from '../../base/request-scope.ts'
import { asSpan } from '../../base/tracing/in-span.ts'
import type { Connection } from '../store.ts'
import { noStoreMeter, type StoreMeter } from '../store-meter.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { connectAlone } from './alone.ts'
import { Contended, withoutContention } from './contended.ts'
import { joinLines } from './join-lines.ts'
import { type Operation, runSideBySide } from './side-by-side.ts'
import type { Writer } from './writer.ts'

interface Waiting {
  readonly operation: Operation
  /** When it was asked for, by the meter. */
  readonly since: number
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  /** How often other transactions were in the way of it alone. */
  readonly tries?: number
  /** Since when they are in the way of it, or of what it was done together with; by `performance.now()`. */
  readonly hinderedSince?: number
}

interface Engine {
  readonly writer: Writer
  readonly told: (failure: StoreUnavailable | undefined) => void
  /** Others are in the way of it: it is tried again by itself, behind those that wait. */
  readonly putOff: (waiting: Waiting) => void
  /** They were not tried yet, and come next. */
  readonly putBack: (group: readonly Waiting[]) => void
}

/** More operations than this do not wait; the caller is told to come again. */
const maxWaiting = 10_000

/** So many share a transaction: one that fails has all of them done again. */
const maxTogether = 256

/** How often an operation is tried that another program's transactions are in the way of. */
const maxTries = 5
const maxPauseMilliseconds = 20
/** For longer nobody waits. */
const maxHindered = 5_000

/**
 * Lets operations that arrive in one turn of the event loop share a transaction, so that durability (one
 * fsync) is paid once a turn and not once an operation. One that fails takes back its own rows and nobody
 * else's. Nobody hears of success before the commit. Each operation runs in the scope of the request that asked for it.
 *
 * @param told hears of each transaction: that it is on disk, or why it cannot be.
 */
export function createGroupCommit(
  writer: Writer,
  told: (failure: StoreUnavailable | undefined) => void = () => {},
  meter: StoreMeter = noStoreMeter,
) {
  const waiting: Waiting[] = []
  const hindered: Waiting[] = []
  const engine: Engine = {
    writer: forNobody(writer),
    told,
    putOff: (each) => void hindered.push(each),
    putBack: (group) => void waiting.unshift(...group),
  }
  const between: (() => Promise<void>)[] = []
  let running: Promise<void> | undefined

  let committed = nothing

  async function drain(): Promise<void> {
    while (waiting.length + between.length + hindered.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      const due = between.splice(0)
      if (due.length > 0) await committed.over
      for (const each of due) await each()
      const group = waiting.splice(0, maxTogether)
      const [first] = group
      if (first) {
        const over = meter.begun(group.length, first.since)
        committed = await commitGroup(engine, group)
        void committed.over.then(over)
      }
      await tryHindered()
    }
    running = undefined
    void atWork(committed.over)
  }

  /** One at a time, between what others wait for: each try takes as long as a lock is waited for. */
  async function tryHindered(): Promise<void> {
    const next = hindered.shift()
    if (!next) return
    if (waiting.length === 0) await pause(Math.random() * (next.tries ?? 0) * maxPauseMilliseconds)
    committed = (await commitAlone(engine, next)) ?? committed
  }

  function waitForCommit<T>(operation: (transaction: Connection) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const scoped = inThisRequest(operation)
      const settle = { resolve: resolve as (value: unknown) => void, reject }
      waiting.push({ operation: scoped, since: meter.now(), ...settle })
      running ??= atWork(outsideRequests(drain))
    })
  }

  return {
    write<T>(operation: (transaction: Connection) => Promise<T>): Promise<T> {
      if (waiting.length >= maxWaiting) {
        meter.overloaded()
        return Promise.reject(
          new Problem('overloaded', 'The server is overloaded. Try again in a second.', {
            headers: { 'retry-after': '1' },
          }),
        )
      }
      return asSpan('write rows', () => waitForCommit(operation))
    },
    /** Runs what cannot be part of a transaction, between two of them. */
    between(operation: () => Promise<void>): Promise<void> {
      return new Promise((resolve, reject) => {
        between.push(() => operation().then(resolve, reject))
        running ??= atWork(outsideRequests(drain))
      })
    },
    /** Resolves when nothing waits. */
    async idle(): Promise<void> {
      while (running) await running
      await committed.over
    },
  }
}

/** What goes to the engine is of several requests, and of none. */
const forNobody = (writer: Writer): Writer => ({
  async run(jobs, begins) {
    const { joined, answersOf } = joinLines(jobs)
    return answersOf(await outsideRequests(() => writer.run(joined, begins)))
  },
  commit: () => writer.commit(),
  rollBack: () => writer.rollBack(),
})

/** A commit that the engine has been told of. The next transaction goes to it meanwhile. */
interface Committing {
  readonly over: Promise<void>
}

const nothing: Committing = { over: Promise.resolve() }

/**
 * Nearly always every operation of a group succeeds. When one fails, all is taken back, and each half of them is done again
 * by itself, so that in the end the one that fails is alone. When the engine fails, all of them have failed.
 */
async function commitGroup(engine: Engine, group: readonly Waiting[]): Promise<Committing> {
  const [only, ...others] = group
  if (only && others.length === 0) return (await commitAlone(engine, only)) ?? nothing
  let begins = true
  try {
    const operations = group.map(({ operation }) => operation)
    const values = await runSideBySide(operations, (jobs) => {
      const answers = engine.writer.run(jobs, begins)
      begins = false
      return answers
    })
    const settle = () => {
      for (const [index, { resolve }] of group.entries()) resolve(values[index])
    }
    if (begins) settle()
    return begins ? nothing : { over: commit(engine, group, settle) }
  } catch (error) {
    if (!begins) await engine.writer.rollBack()
    if (error instanceof StoreUnavailable) {
      rejectAll(engine, group, error)
      return nothing
    }
    if (error instanceof Contended) return commitApart(engine, group)
    const half = Math.ceil(group.length / 2)
    await commitGroup(engine, group.slice(0, half))
    return commitGroup(engine, group.slice(half))
  }
}

/** Other transactions are in the way of one of them: each is done by itself until it is found. */
async function commitApart(engine: Engine, group: readonly Waiting[]): Promise<Committing> {
  const hinderedSince = performance.now()
  let last = nothing
  for (const [place, each] of group.entries()) {
    const committing = await commitAlone(engine, { hinderedSince, ...each })
    if (!committing) {
      const [left = [], late = []] = divide(
        group.slice(place + 1).map((other) => ({ hinderedSince, ...other })),
      )
      rejectAll(engine, late, withoutContention(new Contended(undefined)))
      engine.putBack(left)
      break
    }
    last = committing
  }
  return last
}

/** Those that may wait, and those that have waited for too long. */
const divide = (group: readonly Waiting[]): readonly Waiting[][] => [
  group.filter((each) => !isTooLong(each)),
  group.filter(isTooLong),
]

const isTooLong = ({ hinderedSince = Number.POSITIVE_INFINITY }: Waiting): boolean =>
  performance.now() - hinderedSince >= maxHindered

/** @returns `undefined` where other transactions are in its way. */
async function commitAlone(engine: Engine, waiting: Waiting): Promise<Committing | undefined> {
  try {
    return await runAlone(engine, waiting)
  } catch (error) {
    const { tries = 0, hinderedSince = performance.now() } = waiting
    const again = { ...waiting, tries: tries + 1, hinderedSince }
    const isHindered = error instanceof Contended
    if (isHindered && again.tries < maxTries && !isTooLong(again)) engine.putOff(again)
    else rejectAll(engine, [waiting], withoutContention(error))
    return isHindered ? undefined : nothing
  }
}

/** It hears why one of its statements fails, and may go on. */
async function runAlone(engine: Engine, waiting: Waiting): Promise<Committing> {
  const { writer } = engine
  const alone = connectAlone(writer)
  try {
    const value = await waiting.operation(alone.connection)
    alone.requireAnswered()
    const settle = () => waiting.resolve(value)
    if (!alone.hasBegun()) settle()
    return alone.hasBegun() ? { over: commit(engine, [waiting], settle) } : nothing
  } catch (error) {
    await alone.end()
    if (alone.hasBegun()) await writer.rollBack()
    throw error
  }
}

async function commit(engine: Engine, group: readonly Waiting[], settle: () => void): Promise<void> {
  try {
    await engine.writer.commit()
  } catch (error) {
    rejectAll(engine, group, withoutContention(error))
    return
  }
  engine.told(undefined)
  settle()
}

function rejectAll({ told }: Engine, group: readonly Waiting[], error: unknown): void {
  if (error instanceof StoreUnavailable) told(error)
  for (const { reject } of group) reject(error)
}
