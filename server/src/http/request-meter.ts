/** Counts the requests of an application: of each the pattern of its route, never its path. */
export interface RequestMeter {
  /** Called once for each method of each route, when it is added. @param route the pattern: `/v1/session/:sessionGuid`. */
  ofRoute(route: { readonly method: string; readonly route: string }): RouteMeter
  /** A request was answered for which there is no route. */
  unrouted(method: string, status: number): void
  /** There is a stream more, or one less. */
  streams(stream: StreamName, difference: 1 | -1): void
}

/** The streams of events that a server has open; the last two in the sandbox alone. */
export const streamNames = [
  'agent-view',
  'shared-agent-views',
  'session-events',
  'call-commands',
  'sandbox-calls',
  'sandbox-webhooks',
] as const

export type StreamName = (typeof streamNames)[number]

/** Why a request is refused before it is known which region it is for. */
export const earlyReasons = [
  ...['malformed', 'too-large', 'too-slow', 'not-https', 'not-ready', 'other-region'],
] as const

/** Counts a request that is refused so early. */
export type CountRefused = (reason: (typeof earlyReasons)[number]) => void

/** Counts the requests of one route. */
export interface RouteMeter {
  /** @param milliseconds since it came in; `undefined` of a stream, which lasts for as long as somebody reads it. */
  answered(status: number, milliseconds: number | undefined): void
}
