import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import type { Http } from '../../http/http.ts'
import { requireAlone } from '../tools/require-alone.ts'

/**
 * Has every region begin again, as at the first start.
 *
 * @param asking the request that it is asked by, which is under way all the while.
 */
export type BeginAgain = (asking: IncomingMessage) => Promise<void>

/** `POST /sandbox/reset`: everything is as the sandbox begins, under the same ids and secrets. */
export const resetRoute =
  ({ beginAgain, clock }: { readonly beginAgain: BeginAgain; readonly clock: Clock }) =>
  (app: Http): void => {
    app.post('/sandbox/reset', async (request) => {
      const alone = requireAlone(clock, 'The sandbox can be reset')
      const startedAt = performance.now()
      await beginAgain(request.raw)
      return {
        now: new Date(alone.now()).toISOString(),
        milliseconds: Math.round(performance.now() - startedAt),
      }
    })
  }
