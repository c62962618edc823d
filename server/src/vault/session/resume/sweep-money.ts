import type { StoreParts } from '../../../store/parts.ts'
import type { Charges } from '../../charge/charges.ts'
import type { ResultReports } from '../reports/report-results.ts'

/** So often each node looks what of the money is due, and what a node that has died has left. */
const roundMilliseconds = 1_000

export type MoneySweep = ReturnType<typeof createMoneySweep>

/**
 * Does whatever of the money is due by the rows, and nobody works at: looks for outcomes that are not known, reverses
 * payments, reports results. Every node does, once a second, and one round at a time; each of those takes what it does.
 */
export function createMoneySweep({
  charges,
  reports,
  clock,
  log,
}: Pick<StoreParts, 'clock' | 'log'> & {
  readonly charges: Pick<Charges, 'sweep'>
  readonly reports: Pick<ResultReports, 'sweep'>
}) {
  let running: Promise<void> | undefined

  function round(): Promise<void> {
    running ??= Promise.all([charges.sweep(), reports.sweep()])
      .then(
        () => {},
        (error) => log.warn({ err: error }, 'what is due of the payments could not be read'),
      )
      .finally(() => {
        running = undefined
      })
    return running
  }

  const stop = clock.every(roundMilliseconds, () => void round())
  return {
    /** Does so now: resolves when what was due is taken up. */
    round,
    /** Resolves when no round is under way. */
    async close(): Promise<void> {
      stop()
      await running
    },
  }
}
