import { AsyncLocalStorage } from 'node:async_hooks'
import { noSpan, type Span, type SpanPlace } from './tracing/span.ts'

/** For whom something is done. */
interface Scope {
  /** The id of the request; `undefined` for what the server does by itself. */
  readonly requestId?: string | undefined
  /** Where that is traced: what is under way. */
  readonly span?: Span | undefined
  /** The span of another process of ours, which has sent the request. */
  readonly askedIn?: SpanPlace | undefined
}

const scopes = new AsyncLocalStorage<Scope>()

/**
 * Runs what answers a request, so that everything it leads to can tell for which request it is done.
 *
 * @param askedIn the span that it is part of, for a request of another process of ours.
 */
export const inRequest = <T>(requestId: string, run: () => T, askedIn?: SpanPlace): T =>
  scopes.run({ requestId, askedIn }, run)

/** Runs what is part of a span, for the same request. */
export const inScopeOf = <T>(span: Span, run: () => T): T =>
  span === noSpan ? run() : scopes.run({ ...scopes.getStore(), span }, run)

/** Runs, or sets up, what is done for nobody's request: it may happen long after the one that led to it. */
export const outsideRequests = <T>(run: () => T): T => scopes.exit(run)

/** The id of the request that is being answered; `undefined` for what the server does by itself. */
export const currentRequestId = (): string | undefined => scopes.getStore()?.requestId

/** The span that is under way; `undefined` where nothing is traced. */
export const currentSpan = (): Span | undefined => scopes.getStore()?.span

/** The span of the process of ours that has sent the request which is being answered. */
export const askedIn = (): SpanPlace | undefined => scopes.getStore()?.askedIn

/** A callback of Node.js's that is called in no request's scope, in the one that it was given in. */
export function inThisRequest<V extends unknown[]>(callback: (...values: V) => void): (...values: V) => void {
  const scope = scopes.getStore()
  if (scope === undefined) return callback
  return (...values) => scopes.run(scope, () => callback(...values))
}
