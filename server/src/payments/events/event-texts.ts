import type { SessionProgress } from '../../vault/model/session-progress.ts'
import { sixDigitTime } from '../session-answer.ts'

/** The end of a session, as those who follow it hear of it. */
export interface FollowedEnd {
  /** After all progress of the session. */
  readonly sequence: number
  /** False where its progress could not be read: its place may be a later one. */
  readonly isPlaced: boolean
  readonly at: number
  /** JSON: the status, as a GET answers it. */
  readonly status: string
}

/** Something that has happened in a session, as a server-sent event (HTML §9.2.6). */
export function progressEvent(
  sessionGuid: string,
  { sequence, at, progress, field }: SessionProgress,
): string {
  const type = 'session.progress'
  const data = {
    ...{ type, sequence, timestamp: sixDigitTime(at), sessionGuid, progress },
    ...(field !== undefined && { field }),
  }
  return eventOf(type, sequence, JSON.stringify(data))
}

/** The last event of a session; the status is put in as it is. */
export function endedEvent(
  sessionGuid: string,
  { sequence, at, status }: Pick<FollowedEnd, 'sequence' | 'at' | 'status'>,
): string {
  const type = 'session.ended'
  const data = JSON.stringify({ type, sequence, timestamp: sixDigitTime(at), sessionGuid })
  return eventOf(type, sequence, `${data.slice(0, -1)},"session":${status}}`)
}

const eventOf = (type: string, sequence: number, data: string) =>
  `id: ${sequence}\nevent: ${type}\ndata: ${data}\n\n`
