import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import { requireAlone } from '../tools/require-alone.ts'
import { type PlayScenario, scenarios } from './play-scenario.ts'
import { maxSeeded, type SeedSessions } from './seed-sessions.ts'

const path = Type.Object({ name: Type.String({ maxLength: 100 }) })

const wantedPlay = Type.Object(
  {
    sessionGuid: Type.Optional(Type.String()),
    agentId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    paymentData: Type.Optional(Type.Record(Type.String(), Type.String(), { maxProperties: 50 })),
    waitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 120 })),
  },
  { additionalProperties: false },
)

const wantedSeed = Type.Object(
  {
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: maxSeeded })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 })),
  },
  { additionalProperties: false },
)

const defaultWaitSeconds = 60
const defaultCount = 20

/**
 * `GET /sandbox/scenarios` lists what can be played, `POST …/{name}` plays it and says what came of it, and
 * `POST /sandbox/seed` leaves sessions behind in every state.
 */
export const scenarioRoutes =
  ({
    play,
    seed,
    clock,
  }: {
    readonly play: PlayScenario
    readonly seed: SeedSessions
    readonly clock: Clock
  }) =>
  (app: Http): void => {
    app.get('/sandbox/scenarios', async () => ({ scenarios }))

    app.post(
      '/sandbox/scenarios/:name',
      { schema: { params: path, body: wantedPlay } },
      async ({ params, body }) => {
        requireAlone(clock, 'Scenarios can be played')
        const { sessionGuid: given, waitSeconds = defaultWaitSeconds, ...more } = body
        const sessionGuid = given === undefined ? undefined : parseGuid(given)
        if (given !== undefined && !sessionGuid) throw new Problem('not-found', 'No session has this id.')
        return play({ name: params.name, sessionGuid, waitSeconds, ...more })
      },
    )

    app.post('/sandbox/seed', { schema: { body: wantedSeed } }, async ({ body }) => {
      requireAlone(clock, 'Sessions can be seeded')
      return seed({ count: body.count ?? defaultCount, seed: body.seed ?? 1 })
    })
  }
