import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { networkOf } from '../../base/throttle/network-of.ts'
import { createRateLimit, quotaHeaders } from '../../base/throttle/rate-limit.ts'
import { takeBodies } from '../../http/bodies/take-bodies.ts'
import type { Http } from '../../http/http.ts'
import { describeRefusal } from '../../http/refusals.ts'
import type { GatewayNotifications } from './gateway-notifications.ts'
import { notificationPath } from './notification-path.ts'
import type { NotifiedGateway } from './take-notification.ts'

/** An event of a vendor may hold the whole payment, and several come at a time. */
const maxBytes = 256 * 1024

/** From one network; a vendor that has much to tell comes again with what is refused. */
const requestsPerSecond = 100

interface Params {
  readonly accountId: string
  readonly gateway: string
}

/**
 * `POST /globalpci/gateways/{account}/{gateway}/notifications`: what gateways tell by themselves. Whether it is theirs, the
 * adapter finds out from the bytes as they came; before that nothing is read where no such gateway is. What was taken is
 * answered with `[accepted]`, which some vendors want to read and the others do not.
 */
export function registerNotifications(
  app: Http,
  { notifications, clock }: { readonly notifications: GatewayNotifications; readonly clock: Clock },
): void {
  const quotas = createRateLimit({ clock, requestsPerSecond })

  async function admit(request: FastifyRequest): Promise<void> {
    const quota = quotas.take(networkOf(request.ip))
    if (!quota.allowed) {
      throw new Problem('quota-exceeded', 'Too many notifications. Try again shortly.', {
        headers: quotaHeaders(quota),
      })
    }
    const gateway = gatewayOf(request.params as Params)
    describeRefusal(request, { accountId: gateway.tenant })
    await notifications.admit(gateway)
  }

  app.register(async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: 'application/json', bytes: 'as-sent', maxBytes, read: (body) => body })
    scope.post<{ Params: Params; Body: Buffer | undefined }>(
      notificationPath(':accountId', ':gateway'),
      { onRequest: admit },
      async ({ params, headers, body }, reply) => {
        if (!body?.length) throw new Problem('invalid-request', 'The notification is empty.')
        await notifications.take(gatewayOf(params), { headers: single(headers), body })
        return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send('[accepted]')
      },
    )
  })
}

/** What is no number is no account's. */
const gatewayOf = ({ accountId, gateway: name }: Params): NotifiedGateway => ({
  tenant: /^\d{1,9}$/.test(accountId) ? Number(accountId) : -1,
  name,
})

/** A header that is there twice is nobody's to choose from: it counts as absent. */
const single = (headers: FastifyRequest['headers']): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  )
