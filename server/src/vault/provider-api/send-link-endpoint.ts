import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { LinkOrder } from '../model/vault-sessions.ts'
import { SessionAddress, type SessionRoutes, sessionPath } from './find-launched.ts'
import { member } from './launch/read-launch-request.ts'

/** A link that is on its way to the customer. */
export interface SentLinkAnswer {
  readonly Id: string
  readonly Channel: LinkOrder['channel']
  readonly PaymentFormUrl: string
}

/**
 * `POST /api/v1/session/{tenantId}/{Id}/link` with `{"Channel": "sms", "To": "+44…"}`: sends the customer's link again.
 * Without a channel it goes as it went last, or where an address is known; to another address it is a new link, and
 * the former one ends.
 *
 * @throws {Problem} `session-ended`, `invalid-request` without a usable address, `not-possible-now` where nothing is
 *   sent by the channel, `quota-exceeded`, `link-not-sent`.
 */
export function registerSendLink(app: Http, { requireClient, findSession, sessions }: SessionRoutes): void {
  app.post<{ Params: SessionAddress }>(
    `${sessionPath}/link`,
    { schema: { params: SessionAddress } },
    async (request, reply): Promise<SentLinkAnswer> => {
      const holder = await requireClient(request)
      const { channel: named, to } = readOrder(request.body)
      const { guid } = await findSession(holder, request.params)
      const session = sessions.find(guid)
      if (!session) throw new Problem('session-ended', 'The session has ended.')
      const channel = named ?? session.defaultChannel()
      const url = await session.sendLink({ channel, ...(to !== undefined && { to }) })
      reply.header('cache-control', 'no-store')
      return { Id: guid, Channel: channel, PaymentFormUrl: url }
    },
  )
}

function readOrder(body: unknown): Partial<LinkOrder> {
  if (body === undefined || body === null) return {}
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new Problem('invalid-request', 'The request body must be a JSON object.')
  }
  const members = body as Readonly<Record<string, unknown>>
  const channel = member(members, 'Channel') ?? undefined
  if (channel !== undefined && channel !== 'sms' && channel !== 'email') {
    throw new Problem('invalid-request', 'Channel must be sms or email.')
  }
  const to = member(members, 'To') ?? undefined
  if (to !== undefined && (typeof to !== 'string' || to.length > 254)) {
    throw new Problem('invalid-request', 'To must be a phone number or an email address.')
  }
  return { ...(channel && { channel }), ...(to !== undefined && { to }) }
}
