import type { Guid } from '../../base/guid.ts'
import { startRemoval } from '../../store/removal.ts'
import type { LiveCallTable } from '../../store/tables.ts'
import type { LiveCallContext } from './live-call-context.ts'

/** A call of which nothing is heard for so long is forgotten (contract/calls §2). An open session hears it. */
const forgottenMilliseconds = 12 * 3_600_000
const sweepMilliseconds = 60_000

/** Forgets calls whose end nobody told. */
export function forgetSilentCalls({ store, clock, log, tracer, rows, lines }: LiveCallContext) {
  /** One that is only being given back is not: its platform may be gone for good. */
  function isHeld({ guid, session_guid }: Pick<LiveCallTable, 'guid' | 'session_guid'>): boolean {
    if (session_guid === null) return false
    const line = lines.sessionOf(guid)
    return line?.sessionGuid !== session_guid || line.state !== 'ended'
  }

  /** Those whose rows were removed, unless that was not committed. */
  const removed = new Set<Guid>()

  async function tellEnded(): Promise<void> {
    for (const guid of removed) {
      const isGone = (await rows.find.first(store.reader, { guid })) === undefined
      removed.delete(guid)
      if (isGone) lines.callEnded(guid, undefined)
    }
  }

  return startRemoval({
    store,
    clock,
    log,
    ...(tracer && { tracer }),
    intervalMilliseconds: sweepMilliseconds,
    failed: 'calls of which nothing was heard could not be forgotten',
    batches: {
      calls: async (tx, { now, batchRows }) => {
        const until = now - forgottenMilliseconds
        const unheard = await rows.unheardSince.all(tx, { until, limit: batchRows })
        const held = unheard.filter(isHeld)
        const forgotten = unheard.filter((call) => !held.includes(call))
        for (const { guid } of held) await rows.heard.run(tx, { guid, now })
        for (const { guid } of forgotten) {
          if ((await rows.forget.run(tx, { guid, until })) === 1) removed.add(guid)
        }
        return unheard.length
      },
    },
    swept: tellEnded,
  })
}
