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
  const parts = { ...given, control: orderedControl(given.control, secured) }
  return {
    ...parts,
    rows,
    /** The lines that are secured in this process, and those that are being given back. */
    secured,
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
