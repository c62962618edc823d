import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { LineContext } from './line-context.ts'

const watchMilliseconds = 10_000
/** Longer than a caller may still be pressing keys behind the end of a session. */
const silentMilliseconds = 60_000

/**
 * Gives lines back that no session has any more, whatever it was that did not do so: nobody stays muted.
 *
 * @param isOpen whether a session of the vault is open.
 */
export function watchSilence(
  { clock, log, secured, giveBack }: LineContext,
  isOpen: (sessionGuid: Guid) => boolean,
): Stop {
  return clock.every(watchMilliseconds, () => {
    const until = clock.now() - silentMilliseconds
    for (const line of secured.values()) {
      if (line.state === 'ended' || line.heardAt > until || isOpen(line.sessionGuid)) continue
      const about = { call: line.line.callGuid, capture: line.sessionGuid }
      log.error(about, 'a line was still secured for a session that has ended; it is released')
      giveBack(line)
    }
  })
}
