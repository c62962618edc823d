import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import type { BeginBar } from '../../base/text/progress-bar.ts'
import type { Reading } from '../../store/backup/read-tables.ts'
import type { RowSource } from '../../store/backup/rows.ts'

/**
 * Shows how far the rows are.
 *
 * @param gently after each batch it rests for as long as that took, so that a server which works on the same database has
 *   the disk and the processor half of the time.
 */
export async function createProgress(
  begin: BeginBar,
  source: Pick<RowSource, 'count' | 'share'>,
  { clock, gently }: { readonly clock: Pick<Clock, 'elapsed'>; readonly gently: boolean },
): Promise<Required<Pick<Reading, 'begins' | 'pause'>> & { end(): void }> {
  const bar = begin(await source.count?.(), 'rows')
  let table = ''
  let begunAt = clock.elapsed()
  return {
    begins({ name }) {
      table = name
      begunAt = clock.elapsed()
    },
    async pause(rows) {
      bar.advance(rows, table, source.share?.())
      if (gently) await pause(clock.elapsed() - begunAt)
      begunAt = clock.elapsed()
    },
    end: bar.end,
  }
}
