import type { ServerResponse } from 'node:http'
import type { SessionProgress } from '../../vault/model/session-progress.ts'
import { endedEvent, type FollowedEnd, progressEvent } from './event-texts.ts'

/** What is known of a session that is followed. */
export interface SessionNews {
  /** All of it, in order. */
  readonly progress: readonly SessionProgress[]
  readonly ended?: FollowedEnd
}

/** Somebody who follows a session. */
export interface EventReader {
  hear(news: SessionNews): void
  /** Says that the stream is there; of a reader that has taken nothing for long it rids itself. */
  beat(): void
  /** @param last what the reader hears last. */
  close(last?: string): void
}

/** A reader that takes nothing for so many heartbeats has gone. */
const maxSilentHeartbeats = 4

/**
 * Writes to a response each event of a session that its reader has not had, and ends it with the last. A reader that is slower
 * than the session gets the rest when it is ready again: nothing is kept for it but what is known of the session anyway.
 *
 * @param after the place of the last event that it has had.
 */
export function createEventReader(
  response: ServerResponse,
  { sessionGuid, after }: { readonly sessionGuid: string; readonly after: number },
): EventReader {
  let had = after
  let ready = true
  let silentHeartbeats = 0
  let latest: SessionNews | undefined

  function write(): void {
    if (!latest || response.writableEnded) return
    const { progress, ended } = latest
    for (const each of progress) {
      if (each.sequence <= had) continue
      if (!ready) return
      ready = response.write(progressEvent(sessionGuid, each))
      had = each.sequence
    }
    if (ended) response.end(endedEvent(sessionGuid, ended))
  }

  response.on('error', () => response.destroy())
  response.on('drain', () => {
    ready = true
    write()
  })
  return {
    hear(news) {
      latest = news
      write()
    },
    beat() {
      silentHeartbeats = ready ? 0 : silentHeartbeats + 1
      if (silentHeartbeats >= maxSilentHeartbeats) response.destroy()
      else if (ready && !response.writableEnded) ready = response.write(': still here\n\n')
    },
    close(last = '') {
      if (!response.writableEnded) response.end(last)
    },
  }
}
