import type { Guid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { type Line, type LineControl, LineFault, type LineOrder } from '../line-control.ts'
import type { SecuredLine } from './secured-line.ts'

type Asks = 'secure' | 'give-back'

/**
 * One command at a time for each call, so that none overtakes another on its way; and none that is not wanted any more when
 * its turn comes: nothing is secured that is given back meanwhile, and nothing given back that another session has secured.
 * What is said waits for nothing.
 */
export function orderedControl(control: LineControl, secured: ReadonlyMap<Guid, SecuredLine>) {
  const onCall = createOneAtATime()

  const inTurn =
    (asks: Asks, send: (line: Line, order: LineOrder) => Promise<void>) => (line: Line, order: LineOrder) =>
      onCall(line.callGuid, async () => {
        requireWanted(secured.get(line.callGuid), order, asks)
        await send(line, order)
      })

  const ordered: LineControl = {
    ...control,
    secure: inTurn('secure', control.secure),
    pauseRecording: inTurn('secure', control.pauseRecording),
    release: inTurn('give-back', control.release),
    resumeRecording: inTurn('give-back', control.resumeRecording),
  }
  return {
    control: ordered,
    /** Resolves when nothing is under way that was asked of a line. */
    settled: (callGuid: Guid): Promise<void> => onCall(callGuid, async () => {}),
  }
}

function requireWanted(held: SecuredLine | undefined, { sessionGuid }: LineOrder, asks: Asks): void {
  const wanted = held?.state === 'ended' ? 'give-back' : 'secure'
  if (held?.sessionGuid === sessionGuid && wanted === asks) return
  throw new LineFault('The call has ended, or its line is wanted otherwise by now.')
}
