import { AsyncLocalStorage } from 'node:async_hooks'

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

interface Scope {
  readonly requestId?: string
  /** The administration command that is run: `client create`. */
  readonly command?: string
  /** Unknown until the request has proven it. */
  actor?: Actor
}

const scopes = new AsyncLocalStorage<Scope>()

/** Runs what answers a request, so that everything it leads to can tell for which request it is done. */
export const inRequest = <T>(requestId: string, run: () => T): T => scopes.run({ requestId }, run)

/** Runs an administration command, so that everything it leads to can tell who has given it. */
export const inCommand = <T>(command: string, actor: Actor, run: () => T): T =>
  scopes.run({ command, actor }, run)

/** Runs, or sets up, what is done for nobody's request: it may happen long after the one that led to it. */
export const outsideRequests = <T>(run: () => T): T => scopes.exit(run)

/** The id of the request that is being answered; `undefined` for what the server does by itself. */
export const currentRequestId = (): string | undefined => scopes.getStore()?.requestId

/** Whoever sends the request that is being answered has proven to be this. Outside of requests nothing is remembered. */
export function nameActor(actor: Actor): void {
  const scope = scopes.getStore()
  if (scope) scope.actor = actor
}

/** Who does what is being done, and by which request or command. */
export function currentActing(): Readonly<Scope> & { readonly actor: Actor } {
  const scope = scopes.getStore()
  return { ...scope, actor: scope?.actor ?? itself }
}

const itself: Actor = { kind: 'system' }

/** A callback that is called in no request's scope, in the one that it was given in. */
export function inThisRequest<V extends unknown[], R>(callback: (...values: V) => R): (...values: V) => R {
  const scope = scopes.getStore()
  if (scope === undefined) return callback
  return (...values) => scopes.run(scope, () => callback(...values))
}
