import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import type { Reading } from '../../store/backup/read-tables.ts'

const shownEveryMilliseconds = 500

/** Where an operator sees how far something is, if they look at it. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean }

/**
 * Shows how far the rows are, on a terminal alone.
 *
 * @param gently after each batch it rests for as long as that took, so that a server which works on the same database has
 *   the disk and the processor half of the time.
 */
export function createProgress(
  stream: ProgressStream,
  { clock, gently }: { readonly clock: Pick<Clock, 'elapsed'>; readonly gently: boolean },
): Required<Pick<Reading, 'begins' | 'pause'>> & { end(): void } {
  let table = ''
  let all = 0
  let shownAt = 0
  let begunAt = clock.elapsed()
  function show(): void {
    if (stream.isTTY !== true || clock.elapsed() - shownAt < shownEveryMilliseconds) return
    shownAt = clock.elapsed()
    stream.write(`\r\u001b[K${all} rows, ${table}`)
  }
  return {
    begins({ name }) {
      table = name
      begunAt = clock.elapsed()
    },
    async pause(rows) {
      all += rows
      show()
      if (gently) await pause(clock.elapsed() - begunAt)
      begunAt = clock.elapsed()
    },
    end() {
      if (stream.isTTY === true) stream.write('\r\u001b[K')
    },
  }
}
