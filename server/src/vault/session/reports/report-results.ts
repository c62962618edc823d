import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../../base/guid.ts'
import type { Log } from '../../../base/log.ts'
import { Problem } from '../../../base/problem.ts'
import { within } from '../../../base/within.ts'
import type { GoneHolder } from '../../../store/nodes/gone-holders.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { SessionProgress } from '../../model/session-progress.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { createFindProgress } from '../find-progress.ts'
import { createBegunReports } from './report-begun.ts'
import { createTellProgress } from './tell-progress.ts'
import { createFindUnreported } from './unreported-result.ts'

const firstPause = 1_000
const maxPauses = {
  'not-now': 60_000,
  /** Only an operator can help, and the log should not be full of it. */
  refused: 3_600_000,
} as const

/** Taken up in one round. */
const maxTaken = 200

/** Whose results are told: also one that another node has, or all but those. */
type Whose = 'whoever’s' | 'own'

/** Nobody waits longer for whoever takes results: neither a customer nor the process that starts or stops. */
const patience = 1_000

export type ResultReports = ReturnType<typeof createResultReports>

/**
 * Hands results upwards until they are taken: a result stays in its row until then, so that it survives a crash
 * and is reported again, for ever, also when it is refused because nobody knows its session. The row is what is told,
 * read anew for each try: whoever has written a result there says only whose it is. For one session they are
 * reported one after the other, and a result that was overtaken by a newer one is not reported any more. One node reports
 * the result of a session, its owner; another one does when that has died. That a session was begun is told before its
 * result, and again until it was taken, also by the next node that has it while it is open; and so is what happens in it
 * before, where somebody wants to hear of it.
 */
export function createResultReports({
  onProgress,
  onCourse = async () => {},
  onResult,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly onProgress: (guid: Guid) => Promise<void> | void
  readonly onCourse?: (guid: Guid, progress: readonly SessionProgress[]) => Promise<void>
  readonly onResult: (result: SessionResult) => Promise<void>
}) {
  const { store, rows, clock, log } = parts
  const begun = createBegunReports({ ...parts, onProgress })
  const progress = createTellProgress({ log, onCourse, findProgress: createFindProgress(parts) })
  const findUnreported = createFindUnreported(parts)
  const running = new Map<Guid, Promise<void>>()
  const withheld = new Set<Guid>()
  let stopped = false

  function start(guid: Guid, pause: number, whose: Whose = 'own'): Promise<void> {
    const before = running.get(guid) ?? Promise.resolve()
    const run = before.then(() => deliver(guid, pause, whose))
    running.set(guid, run)
    return run.finally(() => {
      if (running.get(guid) === run) running.delete(guid)
    })
  }

  async function deliver(guid: Guid, pause: number, whose: Whose): Promise<void> {
    const mayBeTold = await begun.tell(guid)
    const isCourseTold = mayBeTold && (await progress.tell(guid))
    const resultTold = mayBeTold ? await tellResult(guid, whose) : 'not-now'
    const told = resultTold === 'all' && !isCourseTold ? 'not-now' : resultTold
    if (told === 'all' || stopped) return
    const next = Math.min(pause * 2, maxPauses[told])
    clock.after(pause, () => void start(guid, next, mayBeTold ? 'own' : whose))
  }

  async function tellResult(guid: Guid, whose: Whose): Promise<'all' | 'not-now' | 'refused'> {
    const found = await findUnreported(guid, whose).catch((error) => {
      log.error({ err: error, capture: guid }, 'a result could not be read; it will be reported again')
      return 'not-now' as const
    })
    if (found === 'not-now') return found
    if (!found) return 'all'
    const { result, json } = found
    try {
      const isNothing = withheld.has(guid) && result.charge === undefined
      if (!isNothing) await onResult(result)
    } catch (error) {
      return notTaken(log, result, error)
    }
    withheld.delete(guid)
    progress.forget(guid)
    await store
      .write((tx) => rows.forgetResult.run(tx, { guid, result: json }))
      .catch((error) => log.warn({ err: error, capture: guid }, 'a reported result could not be removed'))
    return 'all'
  }

  /** Each is made this node's by itself: one of which that is in doubt is looked at again with the next try. */
  async function takeUp(before: GoneHolder): Promise<void> {
    const left = await rows.unreported.all(store.reader, { before, most: maxTaken })
    const found = left.filter(({ guid }) => !running.has(guid))
    await Promise.all(found.map(({ guid }) => within(start(guid, firstPause), patience, clock)))
  }

  return {
    /** Reports that a session was begun. The tries happen by themselves. */
    begun(guid: Guid, tried: 'not-tried' | 'kept' = 'not-tried'): void {
      begun.add(guid, tried)
      void start(guid, firstPause)
    },
    /** Reports what has happened in a session. The tries happen by themselves. */
    progressed(guid: Guid): void {
      progress.add(guid)
      void start(guid, firstPause)
    },
    /**
     * Reports the result that is in a session's row, if there is one. Resolves when it was taken, was not taken at the
     * first try, or after a second without an answer; the further tries happen by themselves.
     */
    report: (guid: Guid): Promise<void> => within(start(guid, firstPause, 'whoever’s'), patience, clock),
    /** The same, unless another node reports it. */
    reportOwn: (guid: Guid): Promise<void> => within(start(guid, firstPause), patience, clock),
    /** Takes up the results that nobody reports. Resolves as {@link report} does. */
    async sweep(): Promise<void> {
      if (stopped) return
      const gone = await rows.goneReporters.all(store.reader, {})
      await Promise.all(gone.map(({ id }) => takeUp(id)))
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

function notTaken(log: Log, { guid, end, outcome }: SessionResult, error: unknown): 'not-now' | 'refused' {
  const isRefused = error instanceof Problem && error.status < 500
  const said = { err: error, capture: guid, end, outcome }
  if (isRefused)
    log.error(said, 'a result belongs to an unknown session; it is kept and will be reported again')
  else log.error(said, 'a result was not accepted; it will be reported again')
  return isRefused ? 'refused' : 'not-now'
}
