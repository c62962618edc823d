import type { Launch } from '../model/launch.ts'
import {
  kindOfSession,
  type OpenSessionCount,
  type SessionKind,
  type SessionStage,
} from '../model/session-meter.ts'
import type { OpenCardEntry, Progress } from './card-entry-host.ts'

/** What counts of a session that is open. */
interface Counted {
  readonly launch: Pick<Launch, 'keptCard' | 'entry'>
  readonly progress: Pick<Progress, 'begun'>
}

/** Where a session is that sleeps: where it was when it was made. */
export const stageAsleep = ({ progress }: Counted): SessionStage => (progress.begun ? 'capturing' : 'waiting')

/** Sessions, counted by how they get their card and where they are. */
export function createSessionCounts(from: readonly OpenSessionCount[] = []) {
  const kinds = new Map<SessionKind, Record<SessionStage, number>>()

  function change(kind: SessionKind, stage: SessionStage, by: number): void {
    let stages = kinds.get(kind)
    if (!stages) {
      stages = { waiting: 0, capturing: 0, confirming: 0, processing: 0 }
      kinds.set(kind, stages)
    }
    stages[stage] += by
  }

  for (const { kind, stage, sessions } of from) change(kind, stage, sessions)

  return {
    change: ({ launch }: Counted, stage: SessionStage, by: 1 | -1): void =>
      change(kindOfSession(launch), stage, by),
    all: (): readonly OpenSessionCount[] =>
      [...kinds].flatMap(([kind, stages]) =>
        Object.entries(stages)
          .filter(([, sessions]) => sessions > 0)
          .map(([stage, sessions]) => ({ kind, stage: stage as SessionStage, sessions })),
      ),
  }
}

/** Counts open sessions: those that sleep have been counted before, and each of the others is asked where it is. */
export function countOpen(
  asleep: readonly OpenSessionCount[],
  awake: Iterable<{ readonly source: Counted; readonly session: Pick<OpenCardEntry, 'stage'> }>,
): readonly OpenSessionCount[] {
  const counts = createSessionCounts(asleep)
  for (const { source, session } of awake) {
    const stage = session.stage()
    if (stage !== 'ended') counts.change(source, stage, 1)
  }
  return counts.all()
}
