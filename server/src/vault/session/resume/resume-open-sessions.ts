import type { Guid } from '../../../base/guid.ts'
import { inSpanOrTrace } from '../../../base/tracing/in-span.ts'
import type { GoneHolder } from '../../../store/nodes/gone-holders.ts'
import type { ChargeAttempt } from '../../charge/attempt.ts'
import { createReadAttempt } from '../../charge/read-attempt.ts'
import { untilDurable } from '../../charge/until-durable.ts'
import { listOfGuids, maxListed } from '../../model/rows/list-of-guids.ts'
import { createCallOffUnwanted } from './call-off-unwanted.ts'
import { createResumeSession, type ResumeParts } from './resume-session.ts'

/**
 * Takes over the open sessions that nobody has: whose node is not there any more. Each comes with the charge that was under
 * way in it. Of several nodes that do so at once each gets others.
 */
export function createResumeOpenSessions(parts: ResumeParts): () => Promise<void> {
  const { store, rows, sessions, due, clock, closing, track, log, tracer } = parts
  const resumeSession = createResumeSession(parts)
  const readAttempt = createReadAttempt(parts)
  const callOffUnwanted = createCallOffUnwanted(parts)

  /** What was begun by a former owner: it changes nothing in these sessions any more, and this is all of it. */
  async function attemptsOf(): Promise<ReadonlyMap<string, ChargeAttempt>> {
    const unanswered = await rows.ownUnanswered.all(store.reader, { owner: store.nodeId })
    return new Map(unanswered.map((row) => [row.capture_guid, readAttempt(row)]))
  }

  async function take(guids: readonly Guid[]): Promise<number> {
    const order = { owner: store.nodeId, ...listOfGuids(guids) }
    const taken = await store.write((tx) => rows.takeOrphaned.all(tx, order))
    const attempts = taken.length > 0 ? await attemptsOf() : new Map()
    for (const row of taken) resumeSession(row, attempts.get(row.guid))
    await Promise.all(taken.map(callOffUnwanted))
    return taken.length
  }

  /**
   * Those that may be this node's by their rows, and are not in its memory: a commit whose answer was lost, or what is
   * known of their charges could not be read. They are nobody's again, and taken in the next round.
   */
  function giveBack(guids: readonly Guid[]): void {
    for (const guid of guids) {
      if (sessions.has(guid)) continue
      const write = () => store.write((tx) => rows.giveUpOne.run(tx, { guid, owner: store.nodeId }))
      track(untilDurable(write, parts)).catch(() => {})
    }
  }

  async function takeAll(before: GoneHolder): Promise<number> {
    let sessionsTaken = 0
    let found = maxListed
    while (found === maxListed && !closing.aborted) {
      const orphaned = await rows.orphaned.all(store.reader, { before, limit: maxListed })
      found = orphaned.length
      if (found === 0) break
      const guids = orphaned.map(({ guid }) => guid)
      try {
        sessionsTaken += await take(guids)
      } catch (error) {
        giveBack(guids)
        throw error
      }
    }
    return sessionsTaken
  }

  return async () => {
    let sessionsTaken = 0
    for (const { id } of await rows.goneOwners.all(store.reader, {}))
      sessionsTaken += await inSpanOrTrace(tracer, 'take over sessions', {}, () => takeAll(id))
    if (sessionsTaken === 0) return
    log.info({ sessions: sessionsTaken }, 'open capture sessions were resumed')
    due(clock.now())
  }
}
