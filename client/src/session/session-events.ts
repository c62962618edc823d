import { UnexpectedAnswerError } from '../errors.ts'
import { isRecord } from '../record.ts'
import type { Connection } from '../requests/connection.ts'
import { readAnswer } from '../requests/read-answer.ts'
import { isHeaderText, isRedirect, readText, request, type Sending, watched } from '../requests/send-once.ts'
import { createEventParser, type ServerEvent } from './parse-events.ts'
import { sessionPath } from './session-path.ts'
import type { SessionStatus } from './types.ts'

/** A word that is known, or one that a newer server has added. */
type OrNewer<Known extends string> = Known | (string & {})

/** What has happened in an open session. No digit is in it, and not how many there are. */
export interface Progress {
  /** Its place in the session, from 1. */
  readonly sequence: number
  readonly sessionGuid: string
  readonly progress: OrNewer<
    'opened' | 'field-complete' | 'link-sent' | 'link-opened' | 'processing' | 'at-bank'
  >
  /** Of `field-complete`. */
  readonly field?: OrNewer<'pan' | 'expiry' | 'security-code'>
}

/** Progress, as an event. */
export interface SessionProgress extends Progress {
  readonly type: 'session.progress'
  /** Of the event; after a broken stream, those behind it are asked for. */
  readonly id: string
  readonly timestamp: string
}

/** The session has ended. */
export interface SessionEnded {
  readonly type: 'session.ended'
  readonly id: string
  readonly session: SessionStatus
}

export type SessionEvent = SessionProgress | SessionEnded

export interface EventOptions {
  /** Events behind this one. */
  readonly lastEventId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Three times as long as a server lets a stream be silent, in milliseconds. */
const longestSilence = 45_000

/**
 * The events of a session, as the server sends them (`GET /v1/session/{sessionGuid}/events`). Ends behind `session.ended`, or
 * when the stream breaks.
 *
 * @throws {UnexpectedAnswerError} when the server has no such stream, as the original service.
 * @throws {ProblemError | NetworkError | TimeoutError}
 */
export async function* sessionEvents(
  connection: Connection,
  sessionGuid: string,
  { lastEventId, signal }: EventOptions,
): AsyncGenerator<SessionEvent, void, undefined> {
  const url = `${connection.api}${sessionPath(sessionGuid)}/events`
  const stop = new AbortController()
  const sending = (token: string): Sending => ({
    url,
    method: 'GET',
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(lastEventId && isHeaderText(lastEventId) && { 'last-event-id': lastEventId }),
    },
    timeout: connection.timeout,
    signal,
  })
  const open = (token: string) =>
    watched(connection, sending(token), stop, () => request(connection, sending(token), stop.signal))
  try {
    const response = await connection.withToken(open, signal)
    const reading = { url, timeout: connection.timeout, signal, stop }
    yield* readEvents(connection, await requireStream(connection, response, reading), reading)
  } finally {
    stop.abort()
  }
}

interface Reading extends Pick<Sending, 'url' | 'timeout' | 'signal'> {
  readonly stop: AbortController
}

async function requireStream(
  connection: Connection,
  response: Response,
  reading: Reading,
): Promise<ReadableStream<Uint8Array>> {
  const { status, headers, body } = response
  const contentType = headers.get('content-type') ?? ''
  const isStream = /^text\/event-stream\b/i.test(contentType)
  if (status === 200 && isStream && body) return body
  const { url } = reading
  const text = isStream ? '' : await watched(connection, reading, reading.stop, () => readText(url, response))
  readAnswer({ url, status, headers, text, redirected: isRedirect(response) }, [], connection.clock.now())
  throw new UnexpectedAnswerError(`${new URL(url).host} has no stream of events.`, { status, contentType })
}

async function* readEvents(
  connection: Connection,
  body: ReadableStream<Uint8Array>,
  reading: Reading,
): AsyncGenerator<SessionEvent, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parse = createEventParser()
  const patient = { ...reading, timeout: longestSilence }
  for (;;) {
    const { done, value } = await watched(connection, patient, reading.stop, () => reader.read())
    if (done) return
    for (const event of parse(decoder.decode(value, { stream: true })).map(readEvent)) {
      if (event) yield event
      if (event?.type === 'session.ended') return
    }
  }
}

/** What is not understood, as what a newer server sends besides, is passed over. */
function readEvent({ type, data, id }: ServerEvent): SessionEvent | undefined {
  if (type !== 'session.progress' && type !== 'session.ended') return undefined
  try {
    const read: unknown = JSON.parse(data)
    if (!isRecord(read)) return undefined
    const isWhole =
      type === 'session.ended'
        ? isRecord(read.session)
        : typeof read.progress === 'string' && Number.isInteger(read.sequence)
    return isWhole ? ({ ...read, type, id } as unknown as SessionEvent) : undefined
  } catch {
    return undefined
  }
}
