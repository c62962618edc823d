import type { Guid } from '../../base/guid.ts'
import { createGiveBack } from './give-back.ts'
import type { LineParts } from './line-parts.ts'
import { prepareLineRows } from './line-rows.ts'
import { orderedControl } from './ordered-control.ts'
import { createSecureAgain } from './secure-again.ts'
import type { SecuredLine } from './secured-line.ts'

/** What the operations on lines share. */
export type LineContext = ReturnType<typeof createLineContext>

export function createLineContext(given: LineParts) {
  const rows = prepareLineRows(given.store)
  const secured = new Map<Guid, SecuredLine>()
  const { control, settled } = orderedControl(given.control, secured)

  /** Another node has it, or is to have it: it is not given back, and its session hears nothing of it. */
  function drop(line: SecuredLine): void {
    const { callGuid } = line.line
    line.trying.stop()
    line.state = 'ended'
    if (secured.get(callGuid) !== line) return
    secured.delete(callGuid)
    control.forget?.(line.line)
  }

  /** Whether a line is this node's still. Who slept meanwhile asks nothing of a line that others have taken. */
  async function isHeld({ line, sessionGuid }: SecuredLine): Promise<boolean> {
    const row = await rows.holder.first(given.store.reader, { guid: line.callGuid })
    return row?.held_by === given.store.nodeId && row.session_guid === sessionGuid
  }

  const parts = {
    ...given,
    control,
    async dropUnlessHeld(line: SecuredLine): Promise<'dropped' | 'held'> {
      if (await isHeld(line)) return 'held'
      drop(line)
      return 'dropped'
    },
  }
  return {
    ...parts,
    rows,
    /** The lines that are secured in this process, and those that are being given back. */
    secured,
    /** Resolves when nothing is under way that was asked of a line. */
    settled,
    drop,
    /** A line that is not being given back. */
    findHeld(callGuid: Guid): SecuredLine | undefined {
      const line = secured.get(callGuid)
      return line?.state === 'ended' ? undefined : line
    },
    secureAgain: createSecureAgain(parts),
    giveBack: createGiveBack({
      ...parts,
      rows,
      done(ended) {
        const { callGuid } = ended.line
        if (secured.get(callGuid) === ended) secured.delete(callGuid)
      },
    }),
  }
}
