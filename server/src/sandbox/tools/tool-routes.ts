import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import type { Region } from '../../base/region.ts'
import type { Http } from '../../http/http.ts'
import { allowEmptyBodies } from '../../payments/requests/empty-bodies.ts'
import { failRequests } from '../faults/fail-requests.ts'
import { faultRoutes } from '../faults/fault-routes.ts'
import { noteRequests } from '../programs/note-requests.ts'
import { createProgramRequests } from '../programs/program-requests.ts'
import { requestRoutes } from '../programs/request-routes.ts'
import { type BeginAgain, resetRoute } from '../reset/reset-route.ts'
import { clockRoutes } from '../time/clock-routes.ts'
import { webhookRoutes } from '../webhooks/webhook-routes.ts'
import { requireOwnPage } from './own-page.ts'
import type { SandboxTools } from './sandbox-tools.ts'

/** What tests of a program have the sandbox do, and what it looks at meanwhile. */
export const toolRoutes =
  ({
    tools,
    region,
    clock,
    listenSecret,
    beginAgain,
    more,
  }: {
    readonly tools: SandboxTools
    readonly region: Region
    readonly clock: Clock
    /** What signs webhooks that only those get who listen. */
    readonly listenSecret: string
    readonly beginAgain: BeginAgain
    /** Routes under the same rules. */
    readonly more: (app: Http) => void
  }) =>
  (app: Http): void => {
    const programs = createProgramRequests(region)
    failRequests(app, { ...tools, programs })
    noteRequests(app, { ...tools, programs, region, clock })
    app.register(async (scope: FastifyInstance) => {
      scope.addHook('onRequest', async (request) => requireOwnPage(request, region))
      allowEmptyBodies(scope)
      scope.addHook('preValidation', async (request) => {
        request.body ??= {}
      })
      const own = scope as unknown as Http
      clockRoutes(clock)(own)
      faultRoutes({ ...tools, clock })(own)
      requestRoutes({ ...tools, clock })(own)
      resetRoute({ beginAgain, clock })(own)
      webhookRoutes({ feed: tools.feed, secret: listenSecret, clock })(own)
      more(own)
    })
  }
