import { AsyncLocalStorage } from 'node:async_hooks'

const requestIds = new AsyncLocalStorage<string>()

/** Runs what answers a request, so that everything it leads to can tell for which request it is done. */
export const inRequest = <T>(requestId: string, run: () => T): T => requestIds.run(requestId, run)

/** Runs, or sets up, what is done for nobody's request: it may happen long after the one that led to it. */
export const outsideRequests = <T>(run: () => T): T => requestIds.exit(run)

/** The id of the request that is being answered; `undefined` for what the server does by itself. */
export const currentRequestId = (): string | undefined => requestIds.getStore()

/** A callback of Node.js's that is called in no request's scope, in the one that it was given in. */
export function inThisRequest<V extends unknown[]>(callback: (...values: V) => void): (...values: V) => void {
  const requestId = requestIds.getStore()
  if (requestId === undefined) return callback
  return (...values) => inRequest(requestId, () => callback(...values))
}
