import type { Clock } from '../../base/clock.ts'
import { unblockMode } from './ng/block-mode.ts'
import { isGone } from './ng/ng-fault.ts'
import type { SecuredLine } from './secured-lines.ts'

/** The rest of a key would be heard: a line is unblocked so long after its last key at the soonest (contract/calls §6.1). */
const silenceMilliseconds = 300

/** Gives the keys of a line back, once they are silent. A call that has ended has nothing to be given back. @throws {NgFault} */
export async function unblock(line: SecuredLine, clock: Clock): Promise<void> {
  await silence(line, clock)
  try {
    await line.engine.ask({ command: 'unblock DTMF', ...line.leg, ...unblockMode })
  } catch (fault) {
    if (!isGone(fault)) throw fault
  }
}

/** A clock that was set back makes it wait no longer. */
async function silence(line: SecuredLine, clock: Clock): Promise<void> {
  let last: number
  do {
    last = line.lastKeyAt
    const left = Math.min(last + silenceMilliseconds - clock.now(), silenceMilliseconds)
    if (left > 0) await new Promise<void>((resolve) => void clock.after(left, resolve))
  } while (line.lastKeyAt !== last)
}
