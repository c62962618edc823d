import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What its line in the log says besides, where it is refused. */
    refusal: RefusalDetails | null
  }
}

/** Of a refused request: nothing secret, and no digit of a card. */
export interface RefusalDetails {
  /** The code of the problem, or of the OAuth error. */
  readonly code?: string
  /** As OAuth calls the code. */
  readonly error?: string
  /** The fault, where it is ours. */
  readonly err?: unknown
  readonly message?: string
  readonly clientId?: string
  readonly accountId?: number
  readonly agentId?: string
  readonly userId?: string
}

/** Adds to what the log will say of a request, if it is refused. */
export function describeRefusal(request: Pick<FastifyRequest, 'refusal'>, details: RefusalDetails): void {
  request.refusal = { ...request.refusal, ...details }
}

/** A line of the log for a request that was answered with 4xx or 5xx. */
export interface RefusalLine extends RefusalDetails {
  readonly requestId: string
  readonly method: string | undefined
  /** The route's pattern, for a path may hold what is secret; absent where there is no route. */
  readonly route?: string
  readonly status: number
  readonly sessionGuid?: string
  readonly providerSessionGuid?: string
}

/** So many lines of one kind, from one sender, within so many milliseconds. */
const usual = { lines: 100, milliseconds: 1_000 }
/** Whatever writes fails as long as the database cannot be written. */
const ofStorage = { lines: 10, milliseconds: 60_000 }
/** Kinds and senders that are counted apart; those beyond them share a count. */
const maxCounts = 1_000

/**
 * Writes one line for each refused request. What comes in masses is bounded for each sender and kind, so that an
 * attack neither fills the disk nor hides what others were refused; the next line says how many were left out.
 */
export function createRefusals(
  log: Log,
  now: () => number = () => performance.now(),
): (line: RefusalLine) => void {
  const counts = new Map<string, { since: number; lines: number; leftOut: number }>()

  function countOf(line: RefusalLine) {
    const own = `${line.clientId ?? ''} ${line.status} ${line.code ?? ''}`
    const key = counts.has(own) || counts.size < maxCounts ? own : 'others'
    const count = counts.get(key) ?? { since: now(), lines: 0, leftOut: 0 }
    counts.set(key, count)
    return count
  }

  return (line) => {
    const bound = line.code === 'storage-unavailable' ? ofStorage : usual
    const count = countOf(line)
    if (now() - count.since >= bound.milliseconds) Object.assign(count, { since: now(), lines: 0 })
    if (count.lines >= bound.lines) {
      count.leftOut += 1
      return
    }
    count.lines += 1
    const { message, ...entry } = line
    const said = { ...entry, ...(count.leftOut > 0 && { leftOut: count.leftOut }) }
    count.leftOut = 0
    if (line.status >= 500 && line.err !== undefined) log.error(said, message ?? 'a request failed')
    else if (line.status >= 500 || line.status === 429) log.warn(said, message ?? 'a request was refused')
    else log.info(said, message ?? 'a request was refused')
  }
}

/** What is known of a request that is being refused. */
export function refusalLine(request: FastifyRequest, { statusCode }: FastifyReply): RefusalLine {
  const { url } = request.routeOptions
  return {
    requestId: request.id,
    method: request.method,
    ...(url !== undefined && { route: url }),
    status: statusCode,
    ...sessionIn(request.params as Readonly<Record<string, unknown>> | null),
    ...request.refusal,
  }
}

/** The session that a path names. */
function sessionIn(params: Readonly<Record<string, unknown>> | null) {
  const { sessionGuid, guid, id } = params ?? {}
  const payment = typeof sessionGuid === 'string' ? parseGuid(sessionGuid) : undefined
  const provider = [guid, id]
    .map((each) => (typeof each === 'string' ? parseGuid(each) : undefined))
    .find(Boolean)
  return {
    ...(payment && { sessionGuid: payment }),
    ...(provider && { providerSessionGuid: provider }),
  }
}
