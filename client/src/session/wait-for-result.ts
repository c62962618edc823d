import { isTonegateError, TimeoutError, type TonegateError } from '../errors.ts'
import type { Connection } from '../requests/connection.ts'
import type { PaymentOutcome } from './payment-result.ts'
import { isEnded, outcomeOf } from './results.ts'
import { type SessionProgress, sessionEvents } from './session-events.ts'
import type { EndState, SessionStatus } from './types.ts'

/** A session that has ended, and what became of its payment. */
export type EndedSession = Omit<SessionStatus, 'sessionState'> & {
  readonly sessionState: EndState
  /** Absent if the result was removed before it was read, which is 15 minutes after the end. */
  readonly outcome: PaymentOutcome | undefined
}

export interface WaitOptions {
  /** Stops the wait, not the session. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds, at most. Without it: until the session has ended, which each does by itself. */
  readonly timeout?: number | undefined
  /** What happens meanwhile, where the server tells. An error that it throws ends the wait. */
  readonly onProgress?: ((progress: SessionProgress) => void) | undefined
}

interface WaitParts {
  readonly connection: Connection
  readonly sessionGuid: string
  readonly getSession: (signal: AbortSignal) => Promise<SessionStatus>
}

/** Milliseconds between two looks at a session: soon at first, and later not so often. */
const shortestPause = 500
const longestPause = 5000
/** So many failures one after another, each of several tries, are not a passing trouble. */
const maxFailures = 20

/**
 * Waits until a session has ended: by the server’s stream of events, and by asking again and again where there is none or it
 * breaks.
 */
export async function waitForResult(
  { connection, sessionGuid, getSession }: WaitParts,
  { signal, timeout, onProgress }: WaitOptions,
): Promise<EndedSession> {
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const timer = new AbortController()
  if (timeout !== undefined) {
    connection.clock.sleep(timeout, timer.signal).then(
      () => stop.abort(new TimeoutError(`Session ${sessionGuid} did not end`, timeout)),
      () => {},
    )
  }
  const follow = createFollower({ connection, sessionGuid, onProgress, signal: both })
  try {
    return await untilEnded({ connection, follow, getSession, signal: both })
  } finally {
    timer.abort()
    stop.abort()
  }
}

interface Waiting {
  readonly connection: Connection
  readonly follow: Follow
  readonly getSession: (signal: AbortSignal) => Promise<SessionStatus>
  readonly signal: AbortSignal
}

async function untilEnded({ connection, follow, getSession, signal }: Waiting): Promise<EndedSession> {
  let pause = shortestPause
  let state = ''
  for (let failures = 0; ; ) {
    const followed = await follow()
    const session = followed ?? (await getSession(signal).catch(passing))
    signal.throwIfAborted()
    if ('sessionState' in session) {
      const ended = endedSession(session)
      if (ended) return ended
      failures = 0
      pause = session.sessionState === state ? Math.min(pause * 1.5, longestPause) : shortestPause
      state = session.sessionState
    } else {
      failures += 1
      if (failures === maxFailures) throw session
      pause = Math.max(longestPause, retryAfterOf(session))
    }
    await connection.clock.sleep(pause * (1 - connection.random() / 4), signal)
  }
}

/** Follows the stream, if there is one, until the session has ended or the stream breaks. */
type Follow = () => Promise<SessionStatus | undefined>

function createFollower({
  connection,
  sessionGuid,
  onProgress,
  signal,
}: Pick<WaitParts, 'connection' | 'sessionGuid'> &
  Pick<WaitOptions, 'onProgress'> & { readonly signal: AbortSignal }): Follow {
  let lastEventId: string | undefined
  let lastSequence = Number.NEGATIVE_INFINITY
  let hasStream = true
  /** The server has as many streams as it lets be. */
  let notBefore = 0

  async function read(): Promise<SessionStatus | undefined> {
    for await (const event of sessionEvents(connection, sessionGuid, { lastEventId, signal })) {
      lastEventId = event.id || lastEventId
      if (event.type === 'session.ended') return endedSession(event.session) && event.session
      if (event.sequence <= lastSequence) continue
      lastSequence = event.sequence
      onProgress?.(event)
    }
    return undefined
  }

  return async () => {
    if (!hasStream || connection.clock.elapsed() < notBefore) return undefined
    try {
      return await read()
    } catch (error) {
      if (!isTonegateError(error)) throw error
      // A proxy may hold a stream back until it ends: then nothing of it ever comes.
      hasStream = isPassing(error) && (error.kind !== 'timeout' || lastEventId !== undefined)
      notBefore = connection.clock.elapsed() + retryAfterOf(error)
      return undefined
    }
  }
}

/** With an error that is not one of ours, it is the caller’s own. */
const isPassing = (error: unknown): boolean =>
  isTonegateError(error) &&
  (error.kind === 'network' ||
    error.kind === 'timeout' ||
    ('status' in error && (error.status === 429 || error.status >= 500)))

function passing(error: unknown): TonegateError {
  if (isTonegateError(error) && isPassing(error)) return error
  throw error
}

const retryAfterOf = (error: TonegateError): number =>
  'retryAfter' in error && error.retryAfter !== undefined ? error.retryAfter * 1000 : 0

function endedSession(session: SessionStatus): EndedSession | undefined {
  const { sessionState } = session
  return isEnded(sessionState) ? { ...session, sessionState, outcome: outcomeOf(session) } : undefined
}
