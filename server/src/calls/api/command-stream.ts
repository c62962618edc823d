import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { createHeartbeat } from '../../http/heartbeat.ts'
import type { Http } from '../../http/http.ts'
import { createReopening } from '../../http/reopening.ts'
import { requestIdHeader } from '../../http/request-id.ts'
import type { Command } from '../commands/command.ts'
import type { CommandStreams } from '../commands/command-streams.ts'
import type { PlatformReads } from '../lines/line-events.ts'
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
    platformReads,
    clock,
    isAllowed,
  }: {
    readonly streams: CommandStreams
    readonly isAllowed: (request: FastifyRequest) => Promise<boolean>
    /** There is a reader again: one that goes on, or one that knows of no secured line. */
    readonly platformReads: (platformGuid: Guid, reads: PlatformReads) => void
    readonly clock: Clock
  },
): void {
  const open = new Set<ServerResponse>()

  const asStream = { config: { stream: 'call-commands' }, exposeHeadRoute: false } as const
  app.get(`${callsPath}/commands`, asStream, async (request, reply) => {
    const { guid } = platformOf(request)
    const last = parseGuid(String(request.headers['last-event-id'] ?? ''))
    const { others, goesOn, start, stop } = await streams.read(guid, last)
    if (others >= maxReaders) {
      stop()
      throw tooManyReaders()
    }
    reply.hijack()
    const response = reply.raw
    if (response.destroyed) return stop()
    response.writeHead(200, { ...streamHeaders, [requestIdHeader]: request.id })
    response.flushHeaders()
    open.add(response)
    start(readerOf(response))
    const stopBeating = clock.every(heartbeatMilliseconds, createHeartbeat(response))
    const stopLooking = clock.every(lookMilliseconds, () => void endUnlessAllowed(request, response))
    response.once('close', () => {
      stop()
      stopBeating()
      stopLooking()
      open.delete(response)
    })
    if (others === 0) platformReads(guid, goesOn ? 'again' : 'anew')
  })

  app.post(
    `${callsPath}/commands/:commandId`,
    { schema: { params: commandPath } },
    async (request, reply) => {
      const commandId = parseGuid(request.params.commandId)
      if (!commandId || !(await streams.confirm(platformOf(request).guid, commandId))) {
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
    const reopening = createReopening()
    for (const response of open) response.end(reopening())
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
