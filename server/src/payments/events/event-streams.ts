import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { repeatedly } from '../../base/repeatedly.ts'
import { createHeartbeats } from '../../http/heartbeats.ts'
import { createReopening } from '../../http/reopening.ts'
import { requestIdHeader } from '../../http/request-id.ts'
import { whenClosed } from '../../http/when-closed.ts'
import type { Caller } from '../../identity/bearer.ts'
import type { FindEnded } from '../../identity/tokens/find-ended.ts'
import type { FoundSession } from '../find-session.ts'
import { createEventReader, type EventReader, type SessionNews } from './event-reader.ts'
import type { FollowSessions } from './follow-sessions.ts'
import { createStreamRoom } from './stream-room.ts'

const heartbeatSeconds = 15
/** So often it is looked whether the access tokens are still good. */
const accessMilliseconds = 2_000

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const

/** Some browsers give a program nothing of an answer before its first bytes, not even its status. */
const beginning = ': the stream begins\n\n'

interface OpenStream extends EventReader {
  readonly caller: Caller
}

export type EventStreams = ReturnType<typeof createEventStreams>

/** The streams of session events that are open: their heartbeats, how many there are, and by which tokens. */
export function createEventStreams({
  clock,
  log,
  findEnded,
  following,
}: {
  readonly clock: Clock
  readonly log: Log
  readonly findEnded: FindEnded
  readonly following: FollowSessions
}) {
  const heartbeats = createHeartbeats<OpenStream>(clock, heartbeatSeconds)
  const room = createStreamRoom()
  const closing = new AbortController()

  /** A stream is good for as long as the token is that it was opened with. */
  async function closeEnded(): Promise<void> {
    const streams = heartbeats.all()
    const now = clock.now()
    for (const stream of streams) if (stream.caller.expiresAt <= now) stream.close()
    const accesses = new Map(streams.map(({ caller: { access } }) => [access.jti, access]))
    const ended = new Set((await findEnded([...accesses.values()], 'token')).map(({ jti }) => jti))
    for (const stream of streams) if (ended.has(stream.caller.access.jti)) stream.close()
  }

  return {
    /**
     * Answers a request by a stream that lasts until its session has ended, or its access token.
     *
     * @param after the place of the last event that the reader has had.
     * @throws {Problem} `quota-exceeded`
     */
    open(
      { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
      {
        caller,
        session,
        news,
        after,
      }: {
        readonly caller: Caller
        readonly session: FoundSession
        readonly news: SessionNews
        readonly after: number
      },
    ): void {
      const leaveRoom = room.take({ session: session.guid, account: `${session.account_id}` })
      reply.header(requestIdHeader, request.id).headers(streamHeaders).hijack()
      const response = reply.raw
      response.writeHead(200, definedIn(reply.getHeaders())).write(beginning)
      const reader = createEventReader(response, { sessionGuid: session.guid, after })
      const stream: OpenStream = { ...reader, caller }
      heartbeats.join(stream)
      following.join(session, news, stream)
      whenClosed(response, () => {
        following.leave(session.guid, stream)
        heartbeats.leave(stream)
        leaveRoom()
      })
    },
    start: () =>
      repeatedly({
        ...{ clock, milliseconds: accessMilliseconds, over: closing.signal, work: closeEnded },
        failed: (error) =>
          log.error({ err: error }, 'the access tokens of streams could not be checked; retrying'),
      }),
    /** The server stops: whoever reads them is to open them elsewhere. */
    closeAll(): void {
      closing.abort()
      const reopening = createReopening()
      for (const stream of heartbeats.all()) stream.close(reopening())
    },
  }
}

const definedIn = (headers: Readonly<Record<string, number | string | string[] | undefined>>) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
