import { kindOfSession, type OpenSessionCount } from '../model/session-meter.ts'
import type { OpenSlot } from './open-sessions.ts'

/** Counts open sessions by how they get their card, and where they are. Nobody is woken. */
export function countOpen(slots: Iterable<OpenSlot>): readonly OpenSessionCount[] {
  const counts = new Map<string, Omit<OpenSessionCount, 'sessions'> & { sessions: number }>()
  for (const { source, session } of slots) {
    const kind = kindOfSession(source.launch)
    const stage = session ? session.stage() : source.progress.begun ? 'capturing' : 'waiting'
    if (stage === 'ended') continue
    const count = counts.get(`${kind} ${stage}`)
    if (count) count.sessions += 1
    else counts.set(`${kind} ${stage}`, { kind, stage, sessions: 1 })
  }
  return [...counts.values()]
}
