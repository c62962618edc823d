import type { Stop } from '../../base/clock.ts'
import type { LineContext } from './line-context.ts'
import type { SecuredLine } from './secured-line.ts'

const watchMilliseconds = 2_000

/**
 * Finds lines that another node has taken, which are dropped here and not given back; and calls whose end was told to
 * another node.
 *
 * @param ended hears of the latter.
 */
export function watchHolders(
  { store, clock, log, rows, secured, onCall, dropUnlessHeld }: LineContext,
  ended: (line: SecuredLine) => void,
): Stop {
  const look = (line: SecuredLine) => async (): Promise<void> => {
    const { callGuid } = line.line
    if (secured.get(callGuid) !== line) return
    if (await rows.holder.first(store.reader, { guid: callGuid })) await dropUnlessHeld(line)
    else ended(line)
  }

  async function lookAtAll(): Promise<void> {
    const lines = [...secured.values()]
    if (lines.length === 0) return
    const held = await rows.held.all(store.reader, {})
    const sessionOf = new Map(held.map(({ guid, session_guid }) => [guid, session_guid]))
    for (const line of lines) {
      const { callGuid } = line.line
      if (sessionOf.get(callGuid) !== line.sessionGuid) await onCall(callGuid, look(line))
    }
  }

  return clock.every(watchMilliseconds, () => {
    lookAtAll().catch((error: unknown) =>
      log.error({ err: error }, 'it could not be seen whose the secured lines are'),
    )
  })
}
