import type { Guid } from '../../base/guid.ts'
import type { Engines } from './engines.ts'
import type { createSecuredLines, SecuredLine } from './secured-lines.ts'

/**
 * Looks whether a secured line is still at the engine that blocks it: media goes to another one (failover, maintenance)
 * under the same names, and the first engine says nothing of it. A line that has gone is lost.
 */
export function createLookAgain({
  engines,
  lines,
}: {
  readonly engines: Engines
  readonly lines: Pick<ReturnType<typeof createSecuredLines>, 'get' | 'lose'>
}): (callGuid: Guid) => void {
  const looking = new Set<Guid>()

  async function look(line: SecuredLine): Promise<void> {
    const engine = await engines.latest(line.leg['call-id'], line.engine)
    if (engine !== line.engine && lines.get(line.callGuid) === line) lines.lose(line)
  }

  return (callGuid) => {
    const line = lines.get(callGuid)
    if (!line?.blocked || looking.has(callGuid)) return
    looking.add(callGuid)
    // Whoever does not answer says nothing of where it is; that it is lost is noticed elsewhere.
    look(line)
      .catch(() => {})
      .finally(() => looking.delete(callGuid))
  }
}
