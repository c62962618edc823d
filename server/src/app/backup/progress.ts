import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import type { BeginBar } from '../../base/text/progress-bar.ts'
import type { Reading } from '../../store/backup/read-tables.ts'
import type { RowSource } from '../../store/backup/rows.ts'

interface Course {
  readonly clock: Pick<Clock, 'elapsed'>
  /**
   * After each batch it rests for as long as that took, so that a server which works on the same database has the disk and
   * the processor half of the time.
   */
  readonly gently: boolean
  /** Ends it at its next rest. */
  readonly stop?: AbortSignal
}

/**
 * Shows how far the rows are.
 *
 * @throws what it is stopped by, in its rests.
 */
export async function createProgress(
  begin: BeginBar,
  source: Pick<RowSource, 'count' | 'share'>,
  { clock, gently, stop }: Course,
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
      await (gently ? pause(clock.elapsed() - begunAt) : turn())
      stop?.throwIfAborted()
      begunAt = clock.elapsed()
    },
    end: bar.end,
  }
}

/** A rest of what nobody watches. @throws what it is stopped by. */
export async function rest(stop: AbortSignal): Promise<void> {
  await turn()
  stop.throwIfAborted()
}
