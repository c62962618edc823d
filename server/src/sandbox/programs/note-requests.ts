import type { LoggedRequest } from '@tonegate/protocol/logged-request'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { parseGuid } from '../../base/guid.ts'
import { maskCardNumbers } from '../../base/redaction/find-card-number.ts'
import { errorsPageAt, type Region } from '../../base/region.ts'
import { readJson } from '../../base/text/read-json.ts'
import type { Http } from '../../http/http.ts'
import { shownPath } from '../../http/shown-path.ts'
import type { ProgramRequests } from './program-requests.ts'
import type { RequestLog } from './request-log.ts'

/** What an answer says of itself. */
type Told = Pick<LoggedRequest, 'sessionGuid' | 'refusal'>

/** Keeps every request of a program with its answer, once that has been sent, or its connection was lost. */
export function noteRequests(
  app: Http,
  {
    requests,
    programs,
    region,
    clock,
  }: {
    readonly requests: RequestLog
    readonly programs: ProgramRequests
    readonly region: Region
    readonly clock: Clock
  },
): void {
  const answers = new WeakMap<FastifyRequest, Told>()
  const watched = new WeakSet<FastifyRequest>()

  app.addHook('onSend', async (request, reply, payload) => {
    if (programs.isOfProgram(request)) {
      answers.set(request, toldBy(request, reply, payload))
      watch(request, reply)
    }
    return payload
  })

  // A stream writes its answer itself.
  app.addHook('preHandler', async (request, reply) => {
    if (programs.isOfProgram(request)) watch(request, reply)
  })

  function watch(request: FastifyRequest, reply: FastifyReply): void {
    if (watched.has(request)) return
    watched.add(request)
    reply.raw.once('close', () => note(request, reply))
  }

  function note(request: FastifyRequest, reply: FastifyReply): void {
    const told = answers.get(request) ?? (reply.raw.headersSent && toldBy(request, reply, undefined))
    if (!told) return
    requests.note({
      id: request.id,
      at: new Date(clock.now()).toISOString(),
      method: request.method,
      path: shownPath(request.url),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ...(programs.isPlayed(request) && { played: true }),
      ...(request.armedFault && { fault: request.armedFault }),
      ...told,
    })
  }

  function toldBy(request: FastifyRequest, { statusCode }: FastifyReply, payload: unknown): Told {
    const answer =
      typeof payload === 'string' && payload.startsWith('{') ? readJson(Buffer.from(payload)) : undefined
    const said = (answer ?? {}) as Readonly<Record<string, unknown>>
    const params = (request.params ?? {}) as Readonly<Record<string, unknown>>
    const sessionGuid = guidIn(params.sessionGuid) ?? guidIn(said.sessionGuid)
    const page = errorsPageAt(region, request.headers.host)
    return {
      ...(sessionGuid && { sessionGuid }),
      ...(statusCode >= 400 && { refusal: refusalIn(said, request, page) }),
    }
  }
}

const guidIn = (value: unknown) => (typeof value === 'string' ? parseGuid(value) : undefined)

/** Words of ours alone, which name what is wrong and never what was sent. */
function refusalIn(
  said: Readonly<Record<string, unknown>>,
  { refusal, armedFault }: FastifyRequest,
  page: string,
): NonNullable<LoggedRequest['refusal']> {
  const text = (name: string) =>
    typeof said[name] === 'string' ? maskCardNumbers(String(said[name])) : undefined
  const oauth = text('error')
  const code = oauth ?? refusal?.code ?? text('code') ?? armedFault ?? 'unknown'
  return {
    code,
    text: text('detail') ?? text('error_description') ?? text('title') ?? '',
    help: `${page}#${encodeURIComponent(code)}`,
  }
}
