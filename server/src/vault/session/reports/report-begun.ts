import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { VaultRows } from '../../model/vault-rows.ts'

/** Tells that sessions were begun; what was not taken is remembered by the row, for the next process. */
export function createBegunReports({
  store,
  rows,
  log,
  onProgress,
}: Pick<StoreParts, 'store' | 'log'> & {
  readonly rows: VaultRows
  readonly onProgress: (guid: Guid) => Promise<void> | void
}) {
  /** Sessions whose beginning has still to be taken; and whether it was refused a first time. */
  const begun = new Map<Guid, 'not-tried' | 'kept'>()

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

  return {
    add: (guid: Guid, tried: 'not-tried' | 'kept'): void => void begun.set(guid, tried),
    /** Whether it was taken, and what comes after it may be told. One that is refused is told no more. */
    async tell(guid: Guid): Promise<boolean> {
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
    },
  }
}
