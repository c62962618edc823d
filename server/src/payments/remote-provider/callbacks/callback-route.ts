import type { FastifyInstance } from 'fastify'
import { Problem } from '../../../base/problem.ts'
import { nameActor } from '../../../base/request-scope.ts'
import { takeBodies } from '../../../http/bodies/take-bodies.ts'
import type { Http } from '../../../http/http.ts'
import { callbackPath } from './callback-url.ts'
import type { TakeCallback } from './take-callback.ts'

const formats = { 'application/x-www-form-urlencoded': 'form', 'application/json': 'json' } as const

interface Sent {
  readonly format: 'form' | 'json'
  readonly body: Buffer
}

interface Params {
  readonly accountId: string
  readonly configurationId: string
  readonly secret: string
}

/** Where providers send callbacks to, form or JSON. Nothing is read of what comes to an address that is not one. */
export function callbackRoute(app: Http, callbacks: TakeCallback): void {
  app.register(
    async (scope: FastifyInstance) => {
      scope.removeAllContentTypeParsers()
      for (const [mediaType, format] of Object.entries(formats)) {
        takeBodies(scope, { mediaType, bytes: 'as-sent', read: (body): Sent => ({ format, body }) })
      }
      scope.addHook('onRequest', async (request) => callbacks.admit(addressOf(request.params as Params)))
      scope.post<{ Params: Params; Body: Sent | undefined }>(callbackPath, async (request, reply) => {
        if (!request.body) throw new Problem('invalid-request', 'The callback is empty.')
        nameActor({ kind: 'provider', id: request.params.configurationId })
        await callbacks.take({
          ...addressOf(request.params),
          ...request.body,
          headers: request.headers,
        })
        return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send('OK')
      })
    },
    { prefix: '/globalpci' },
  )
}

/** What is no number is no account's. */
const addressOf = ({ accountId, configurationId, secret }: Params) => ({
  accountId: numberIn(accountId),
  configurationId: numberIn(configurationId),
  secret,
})

const numberIn = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : -1)
