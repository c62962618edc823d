import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { parseGuid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import { requireAlone } from '../tools/require-alone.ts'
import type { RequestLog } from './request-log.ts'

const query = Type.Object(
  {
    /** `429`, `4xx`, or `refused` for all from 400 on. */
    status: Type.Optional(Type.String({ pattern: '^([1-5]\\d\\d|[1-5]xx|refused)$' })),
    session: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,2}$' })),
  },
  { additionalProperties: false },
)

const defaultLimit = 100

/** `GET /sandbox/requests`: the latest requests of programs, the newest first. */
export const requestRoutes =
  ({ requests, clock }: { readonly requests: RequestLog; readonly clock: Clock }) =>
  (app: Http): void => {
    app.get('/sandbox/requests', { schema: { querystring: query } }, async (request, reply) => {
      requireAlone(clock, 'Requests are listed')
      const { status, session, limit = defaultLimit } = request.query
      const guid = session === undefined ? undefined : (parseGuid(session) ?? session)
      const found = requests
        .all()
        .filter(
          (each) => isAnswered(each.status, status) && (guid === undefined || each.sessionGuid === guid),
        )
      return reply.header('cache-control', 'no-store').send({ requests: found.slice(0, Number(limit)) })
    })

    app.delete('/sandbox/requests', async () => {
      requests.clear()
      return { requests: [] }
    })
  }

function isAnswered(status: number, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  if (wanted === 'refused') return status >= 400
  return wanted.endsWith('xx') ? String(status).startsWith(wanted.slice(0, 1)) : String(status) === wanted
}
