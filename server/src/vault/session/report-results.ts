import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { VaultRows } from '../model/vault-rows.ts'

const firstPause = 1_000
const maxPause = 60_000
/** After a refusal: only an operator can help, and the log should not be full of it. */
const maxPauseRefused = 3_600_000

/** Nobody waits longer for whoever takes results: neither a customer nor the process that starts or stops. */
const patience = 1_000

/**
 * Hands results upwards until they are taken: a result stays in its row until then, so that it survives a crash
 * and is reported again, for ever, also when it is refused because nobody knows its session. For one session they are
 * reported one after the other, and a result that was overtaken by a newer one is not reported any more. That a session
 * was begun is told before its result, and again until it was taken, also by the next process while it is open.
 */
export function createResultReports({
  store,
  rows,
  clock,
  log,
  onProgress,
  onResult,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly onProgress: (guid: Guid) => Promise<void> | void
  readonly onResult: (result: SessionResult) => Promise<void>
}) {
  /** Sessions that were begun, which has still to be taken; and whether it was refused a first time. */
  const begun = new Map<Guid, 'not-tried' | 'kept'>()
  /** JSON of the results that have still to be taken. */
  const waiting = new Map<Guid, string>()
  const running = new Map<Guid, Promise<void>>()
  const withheld = new Set<Guid>()
  let stopped = false

  function start(guid: Guid, pause: number): Promise<void> {
    const before = running.get(guid) ?? Promise.resolve()
    const run = before.then(() => deliver(guid, pause))
    running.set(guid, run)
    return run.finally(() => {
      if (running.get(guid) === run) running.delete(guid)
    })
  }

  function again(guid: Guid, pause: number, longest: number): void {
    if (!stopped) clock.after(pause, () => void start(guid, Math.min(pause * 2, longest)))
  }

  /** Whether it was taken, and what comes after it may be told. One that is refused is told no more. */
  async function tellBegun(guid: Guid): Promise<boolean> {
    const state = begun.get(guid)
    if (state === undefined) return true
    try {
      await onProgress(guid)
    } catch (error) {
      const isRefused = error instanceof Problem && error.status < 500
      const then = isRefused ? '' : '; it will be reported again'
      log.warn({ err: error, capture: guid }, `the start of a session was not accepted${then}`)
      if (!isRefused) {
        if (state === 'not-tried') await keepUntold(guid, 1)
        return false
      }
    }
    begun.delete(guid)
    if (state === 'kept') await keepUntold(guid, 0)
    return true
  }

  async function keepUntold(guid: Guid, untold: 0 | 1): Promise<void> {
    if (untold === 1) begun.set(guid, 'kept')
    await store
      .write((tx) => rows.keepUntold.run(tx, { guid, untold }))
      .catch((error) =>
        log.warn(
          { err: error, capture: guid },
          'whether the start of a session was accepted could not be stored',
        ),
      )
  }

  async function deliver(guid: Guid, pause: number): Promise<void> {
    if (!(await tellBegun(guid))) return again(guid, pause, maxPause)
    const result = waiting.get(guid)
    if (result === undefined) return
    const { end, outcome, charge } = JSON.parse(result) as SessionResult
    try {
      const isNothing = withheld.has(guid) && charge === undefined
      if (!isNothing) await onResult(JSON.parse(result) as SessionResult)
    } catch (error) {
      const isRefused = error instanceof Problem && error.status < 500
      const said = { err: error, capture: guid, end, outcome }
      if (isRefused)
        log.error(said, 'a result belongs to an unknown session; it is kept and will be reported again')
      else log.error(said, 'a result was not accepted; it will be reported again')
      const longest = isRefused ? maxPauseRefused : maxPause
      return again(guid, pause, longest)
    }
    if (waiting.get(guid) === result) waiting.delete(guid)
    withheld.delete(guid)
    await store
      .write((tx) => rows.forgetResult.run(tx, { guid, result }))
      .catch((error) => log.warn({ err: error, capture: guid }, 'a reported result could not be removed'))
  }

  return {
    /** Reports that a session was begun. The tries happen by themselves. */
    begun(guid: Guid, tried: 'not-tried' | 'kept' = 'not-tried'): void {
      begun.set(guid, tried)
      void start(guid, firstPause)
    },
    /**
     * Reports a result that is in its row. Resolves when it was taken, was not taken at the first try, or after a
     * second without an answer; the further tries happen by themselves.
     *
     * @param result the JSON of it, exactly as it is in the row.
     */
    report(guid: Guid, result: string): Promise<void> {
      waiting.set(guid, result)
      return within(start(guid, firstPause), patience, clock)
    },
    /** The session's launcher hears of its end by another way; only what was charged in it is reported all the same. */
    withhold: (guid: Guid): void => void withheld.add(guid),
    /** Begins no further tries, and resolves when those under way are over, or after a second. */
    async stop(): Promise<void> {
      stopped = true
      await within(Promise.all(running.values()), patience, clock)
    },
  }
}
