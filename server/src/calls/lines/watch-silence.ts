import type { Stop } from '../../base/clock.ts'
import type { LineContext } from './line-context.ts'
import type { SecuredLine } from './secured-line.ts'

const watchMilliseconds = 10_000
/** Longer than a caller may still be pressing keys behind the end of a session. */
const silentMilliseconds = 60_000

/** Gives lines back that no session has any more, whatever it was that did not do so: nobody stays muted. */
export function watchSilence({ clock, log, secured, giveBack, isOpen }: LineContext): Stop {
  const isSilent = (line: SecuredLine): boolean =>
    line.state !== 'ended' && line.heardAt <= clock.now() - silentMilliseconds

  async function look(line: SecuredLine): Promise<void> {
    if ((await isOpen(line.sessionGuid)) || !isSilent(line)) return
    const about = { call: line.line.callGuid, capture: line.sessionGuid }
    log.error(about, 'a line was still secured for a session that has ended; it is released')
    giveBack(line)
  }

  return clock.every(watchMilliseconds, () => {
    for (const line of secured.values()) {
      if (!isSilent(line)) continue
      look(line).catch((error: unknown) =>
        log.error({ err: error }, 'it could not be seen whether a secured line’s session is open'),
      )
    }
  })
}
