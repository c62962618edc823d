import { AsyncLocalStorage } from 'node:async_hooks'
import { noSpan, type Span, type SpanPlace } from './tracing/span.ts'

/** Who does what is being done. */
export interface Actor {
  /**
   * `operator`: somebody at the administration commands; `user`, `client`: whose access token it is; `platform`: a phone
   * system; `agent`: whoever looks at an agent view; `customer`: whoever has a payment link; `gateway`: by a notification;
   * `provider`: another payment provider, by a callback;
   * `system`: the server by itself.
   */
  readonly kind:
    | 'operator'
    | 'user'
    | 'client'
    | 'platform'
    | 'agent'
    | 'customer'
    | 'gateway'
    | 'provider'
    | 'system'
  /** What tells one from another: a GUID, a client id, an agent’s id, an operating-system user. */
  readonly id?: string
  readonly name?: string
  /** The client of a user’s access token. */
  readonly client?: string
}

/** For whom something is done. */
interface Scope {
  /** The id of the request; `undefined` for what the server does by itself. */
  readonly requestId?: string | undefined
  /** The administration command that is run: `client create`. */
  readonly command?: string | undefined
  /** Who sends the request or gives the command, once that is proven; one for all that is part of it. */
  readonly who?: { actor?: Actor }
  /** Where that is traced: what is under way. That of a request is set once. */
  span?: Span | undefined
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
  scopes.run({ requestId, askedIn, who: {} }, run)

/** Runs an administration command, so that everything it leads to can tell who has given it. */
export const inCommand = <T>(command: string, actor: Actor, run: () => T): T =>
  scopes.run({ command, who: { actor } }, run)

/**
 * Runs what answers the request, all of which is part of a span. The request's own scope says so: another one is felt where
 * each request has it.
 */
export function inSpanOfRequest(span: Span, run: () => void): void {
  const scope = scopes.getStore()
  if (scope === undefined || scope.span !== undefined) inScopeOf(span, run)
  else {
    scope.span = span
    run()
  }
}

/** Runs what is part of a span, for the same request. */
export const inScopeOf = <T>(span: Span, run: () => T): T =>
  span === noSpan ? run() : scopes.run({ ...scopes.getStore(), span }, run)

/** Runs, or sets up, what is done for nobody's request: it may happen long after the one that led to it. */
export const outsideRequests = <T>(run: () => T): T => scopes.exit(run)

/** The id of the request that is being answered; `undefined` for what the server does by itself. */
export const currentRequestId = (): string | undefined => scopes.getStore()?.requestId

/** Whoever sends the request that is being answered has proven to be this. Outside of requests nothing is remembered. */
export function nameActor(actor: Actor): void {
  const who = scopes.getStore()?.who
  if (who) who.actor = actor
}

/** Who does what is being done, and by which request or command. */
export function currentActing(): {
  readonly actor: Actor
  readonly requestId: string | undefined
  readonly command: string | undefined
} {
  const scope = scopes.getStore()
  return { actor: scope?.who?.actor ?? itself, requestId: scope?.requestId, command: scope?.command }
}

const itself: Actor = { kind: 'system' }

/** The span that is under way; `undefined` where nothing is traced. */
export const currentSpan = (): Span | undefined => scopes.getStore()?.span

/** The span of the process of ours that has sent the request which is being answered. */
export const askedIn = (): SpanPlace | undefined => scopes.getStore()?.askedIn

/** A callback that is called in no request's scope, in the one that it was given in. */
export function inThisRequest<V extends unknown[], R>(callback: (...values: V) => R): (...values: V) => R {
  const scope = scopes.getStore()
  if (scope === undefined) return callback
  return (...values) => scopes.run(scope, () => callback(...values))
}
