import { keepTrying } from './keep-trying.ts'
import type { LineParts } from './line-parts.ts'
import { secureLine } from './secure-line.ts'
import type { SecuredLine } from './secured-line.ts'

/** Milliseconds: the caller waits. Where something is learned that gives hope, they are cut short. */
const pauses = [250, 500, 1_000, 2_000, 5_000] as const

/**
 * Secures a line again of which it is not certain any more, until that is confirmed or the line is given back: after a
 * restart of the platform or of its media engine, or the death of the process that had it. No key is taken in between, and the session is told. One
 * that is lost again meanwhile is asked for once more, after what is under way.
 */
export function createSecureAgain(
  parts: LineParts & { readonly dropUnlessHeld: (line: SecuredLine) => Promise<'dropped' | 'held'> },
) {
  const { clock, log, dropUnlessHeld } = parts
  return (secured: SecuredLine): void => {
    const { line, sessionGuid, listener } = secured
    if (secured.state === 'lost') {
      secured.trying.startOver()
      return
    }
    secured.trying.stop()
    secured.state = 'lost'
    listener.trouble('line-lost')
    const about = { call: line.callGuid, capture: sessionGuid }
    log.warn(about, 'a line may not be secured any more; it is secured again')
    const again = async () => {
      if ((await dropUnlessHeld(secured)) === 'held') await secureLine(secured, parts)
    }
    secured.trying = keepTrying(again, {
      clock,
      pauses,
      done() {
        secured.state = 'secured'
        secured.heardAt = clock.now()
        log.info(about, 'a line is secured again')
        listener.trouble('line-secured')
      },
      failed(error, tries) {
        if (tries === 1)
          log.error({ ...about, err: error }, 'a line could not be secured again; it is tried on')
      },
    })
  }
}
