import { startRemoval } from '../../store/removal.ts'
import type { LiveCallContext } from './live-call-context.ts'

/** A call of which nothing is heard for so long is forgotten (contract/calls §2). */
const forgottenMilliseconds = 12 * 3_600_000
const sweepMilliseconds = 60_000

/** Forgets calls whose end nobody told. */
export const forgetSilentCalls = ({ store, clock, log, rows, lines }: LiveCallContext) =>
  startRemoval({
    store,
    clock,
    log,
    everyMilliseconds: sweepMilliseconds,
    failed: 'calls of which nothing was heard could not be forgotten',
    batches: {
      calls: async (tx, { now, batchRows }) => {
        const until = now - forgottenMilliseconds
        const forgotten = await rows.unheardSince.all(tx, { until, limit: batchRows })
        for (const { guid } of forgotten) await rows.delete.run(tx, { guid })
        for (const { guid } of forgotten) lines.callEnded(guid, undefined)
        return forgotten.length
      },
    },
  })
