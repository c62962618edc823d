import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { createHeartbeat } from '../../http/heartbeat.ts'
import type { Http } from '../../http/http.ts'
import { requestIdHeader } from '../../http/request-id.ts'
import type { Command } from '../commands/command.ts'
import type { CommandStreams } from '../commands/command-streams.ts'
import type { Lines } from '../lines/lines.ts'
import { callsPath } from './calls-api.ts'
import { platformOf } from './require-platform.ts'

const heartbeatMilliseconds = 15_000
/** So soon a stream ends whose key was removed, or whose platform was disabled. */
const lookMilliseconds = 1_000
const maxReaders = 8
const commandPath = Type.Object({ commandId: Type.String() })

/**
 * `GET /calls/v1/commands`: a platform's commands as server-sent events, for one that cannot be reached; `Last-Event-ID`
 * goes on where it was cut off. `POST /calls/v1/commands/{commandId}` confirms one (contract/calls §4). A first reader that
 * does not go on knows of no secured line: they are secured again.
 */
export function registerCommandStream(
  app: Http,
  {
    streams,
    lines,
    clock,
    isAllowed,
  }: {
    readonly streams: CommandStreams
    readonly isAllowed: (request: FastifyRequest) => Promise<boolean>
    readonly lines: Pick<Lines, 'platformLost' | 'events'>
    readonly clock: Clock
  },
): void {
  const open = new Set<ServerResponse>()

  app.get(`${callsPath}/commands`, { exposeHeadRoute: false }, (request, reply) => {
    const { guid } = platformOf(request)
    const before = streams.readersOf(guid)
    if (before >= maxReaders) throw tooManyReaders()
    reply.hijack()
    reply.raw.writeHead(200, { ...streamHeaders, [requestIdHeader]: request.id })
    reply.raw.flushHeaders()
    open.add(reply.raw)
    const last = parseGuid(String(request.headers['last-event-id'] ?? ''))
    const { goesOn, stop } = streams.read(guid, readerOf(reply.raw), last)
    const stopBeating = clock.every(heartbeatMilliseconds, createHeartbeat(reply.raw))
    const stopLooking = clock.every(lookMilliseconds, () => void endUnlessAllowed(request, reply.raw))
    reply.raw.once('close', () => {
      stop()
      stopBeating()
      stopLooking()
      open.delete(reply.raw)
    })
    if (before > 0) return
    if (goesOn) lines.events.platformBack(guid)
    else lines.platformLost(guid)
  })

  app.post(
    `${callsPath}/commands/:commandId`,
    { schema: { params: commandPath } },
    async (request, reply) => {
      const commandId = parseGuid(request.params.commandId)
      if (!commandId || !streams.confirm(platformOf(request).guid, commandId)) {
        throw new Problem('not-found', 'No command has this id, or it was sent long ago.')
      }
      return reply.code(204).send()
    },
  )

  /** While the database does not answer, nobody is sent away. */
  async function endUnlessAllowed(request: FastifyRequest, response: ServerResponse): Promise<void> {
    if (!(await isAllowed(request).catch(() => true))) response.end()
  }

  app.addHook('preClose', async () => {
    for (const response of open) response.end()
  })
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-accel-buffering': 'no',
} as const

const readerOf = (response: ServerResponse) => {
  response.on('error', () => response.destroy())
  return {
    send: (command: Command) =>
      void response.write(`id: ${command.commandId}\nevent: command\ndata: ${JSON.stringify(command)}\n\n`),
  }
}

const tooManyReaders = () =>
  new Problem(
    'quota-exceeded',
    'Too many readers of this platform’s commands. Close one, or try again later.',
    {
      headers: { 'retry-after': '15' },
    },
  )
