import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import type { Http } from '../../http/http.ts'
import { requireAlone } from '../tools/require-alone.ts'
import { isMovable } from './sandbox-clock.ts'

/** 90 days, which is the longest that anything is kept. */
const maxSeconds = 90 * 24 * 3600

const move = Type.Object({ advanceSeconds: Type.Integer({ minimum: 1, maximum: maxSeconds }) })

/**
 * Time at will: `GET /sandbox/clock` tells it, and `POST` moves it forward. Tokens expire, results are removed, links run out
 * and webhooks are sent again, without waiting.
 */
export const clockRoutes =
  (clock: Clock) =>
  (app: Http): void => {
    const told = () => ({
      now: new Date(clock.now()).toISOString(),
      advancedSeconds: Math.round((isMovable(clock) ? clock.ahead() : 0) / 1000),
    })

    app.get('/sandbox/clock', async () => told())

    app.post('/sandbox/clock', { schema: { body: move } }, async ({ body }) => {
      await requireAlone(clock, 'Time can be moved').advance(body.advanceSeconds * 1000)
      return told()
    })
  }
