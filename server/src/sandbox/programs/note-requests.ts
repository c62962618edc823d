import type { LoggedRequest } from '@tonegate/protocol/logged-request'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { parseGuid } from '../../base/guid.ts'
import { maskCardNumbers } from '../../base/redaction/find-card-number.ts'
import { errorsPageAt, type Region } from '../../base/region.ts'
import { readJson } from '../../base/text/read-json.ts'
import type { Http } from '../../http/http.ts'
import { shownPath } from '../../http/shown-path.ts'
import { whenClosed } from '../../http/when-closed.ts'
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

  app.addHook('onSend', (request, reply, payload, done) => {
    if (programs.isOfProgram(request)) {
      answers.set(request, toldBy(request, reply, payload))
      watch(request, reply)
    }
    done()
  })

  // A stream writes its answer itself.
  app.addHook('preHandler', (request, reply, done) => {
    if (programs.isOfProgram(request)) watch(request, reply)
    done()
  })

  function watch(request: FastifyRequest, reply: FastifyReply): void {
    if (watched.has(request)) return
    watched.add(request)
    whenClosed(reply.raw, () => {
      const told = answers.get(request) ?? (reply.raw.headersSent && toldBy(request, reply, undefined))
      if (told) note(request, reply, told)
    })
  }

  function note(request: FastifyRequest, reply: FastifyReply, told: Told): void {
    requests.note({
      id: request.id,
      at: clock.now(),
      method: request.method,
      path: pathOf(request, told),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ...(programs.isPlayed(request) && { played: true }),
      ...(request.armedFault && { fault: request.armedFault }),
      ...told,
    })
  }

  function toldBy(request: FastifyRequest, { statusCode }: FastifyReply, payload: unknown): Told {
    const answer = typeof payload === 'string' ? payload : ''
    const refused = statusCode >= 400 ? objectIn(answer) : undefined
    const said = refused ? refused.sessionGuid : openedGuid.exec(answer)?.[1]
    const sessionGuid = guidIn((request.params as Params | null)?.sessionGuid ?? said)
    return {
      ...(sessionGuid && { sessionGuid }),
      ...(refused && { refusal: refusalIn(refused, request, errorsPageAt(region, request.headers.host)) }),
    }
  }
}

/** A path with a session is written by its route: looking for card numbers in it would cost more than the rest. */
function pathOf({ url, routeOptions: { url: route } }: FastifyRequest, { sessionGuid }: Told): string {
  return sessionGuid && route?.includes(named) ? route.replace(named, sessionGuid) : shownPath(url)
}

const named = ':sessionGuid'

type Params = Readonly<Record<string, unknown>>

/** How the answer to a request begins that opens a session. */
const openedGuid = /^\{"sessionGuid":"([^"]+)"/

const objectIn = (answer: string): Readonly<Record<string, unknown>> =>
  answer.startsWith('{') ? ((readJson(Buffer.from(answer)) ?? {}) as Readonly<Record<string, unknown>>) : {}

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
