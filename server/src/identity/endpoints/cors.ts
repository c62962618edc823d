import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import { createCachedReads } from '../cached-reads.ts'
import { spaceSeparated } from '../space-separated.ts'

/**
 * Whose pages may read the answers to requests that a browser sends for them (Cross-Origin Resource Sharing, the
 * Fetch standard §3.3): those of the origins that the client was registered with. Never all of them, and never
 * with cookies.
 */
export interface Cors {
  /**
   * For all routes of a scope. Until the client is known, origins that any enabled client was registered with may
   * read the answer, or a browser could not tell its program what was wrong.
   */
  addTo(scope: FastifyInstance): void
  /** Once the client is known: its own origins alone. */
  narrow(request: FastifyRequest, reply: FastifyReply, allowedOrigins: ReadonlySet<string>): void
}

/** What pages of other origins may send, and read besides the body. */
const allowedMethods = 'GET, POST'
const allowedHeaders = 'Authorization, Content-Type, DPoP, Idempotency-Key, Last-Event-ID, X-Request-Id'
const exposedHeaders = 'WWW-Authenticate, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id'
/** How long a browser may keep the answer to its question, in seconds. */
const maxAge = '600'

/** Reads which origins are registered at most once a second, and only when a browser asks. */
export function createCors({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): Cors {
  const registered = createCachedReads(clock, prepareReadOrigins(store))

  async function isRegistered(origin: string): Promise<boolean> {
    return (await registered.find('all'))?.has(origin) === true
  }

  function allowRegistered(
    request: FastifyRequest,
    reply: FastifyReply,
    done: (error?: Error) => void,
  ): void {
    const { origin } = request.headers
    if (origin === undefined) done()
    else allowIfRegistered(origin, reply).then(() => done(), done)
  }

  async function allowIfRegistered(origin: string, reply: FastifyReply): Promise<void> {
    reply.header('vary', 'Origin')
    if (!(await isRegistered(origin))) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', exposedHeaders)
  }

  /** The question that a browser asks before it sends such a request (a preflight). */
  async function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { origin, 'access-control-request-method': method } = headers
    if (origin === undefined || method === undefined || !(await isRegistered(origin))) return false
    reply
      .code(204)
      .header('vary', 'Origin')
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-methods', allowedMethods)
      .header('access-control-allow-headers', allowedHeaders)
      .header('access-control-max-age', maxAge)
      .send()
    return true
  }

  return {
    addTo(scope) {
      scope.addHook('onRequest', allowRegistered)
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, answerPreflight }
      })
    },
    narrow({ headers: { origin } }, reply, allowedOrigins) {
      if (origin === undefined || allowedOrigins.has(origin)) return
      reply.removeHeader('access-control-allow-origin')
      reply.removeHeader('access-control-expose-headers')
    },
  }
}

function prepareReadOrigins(store: Store) {
  const statement = store.prepare((db, _: object) =>
    db
      .selectFrom('client')
      .select('allowed_origins')
      .where('allowed_origins', '!=', '')
      .where('disabled_at', 'is', null),
  )
  return async (_: 'all'): Promise<ReadonlySet<string>> => {
    const rows = await statement.all(store.reader, {})
    const origins = rows.flatMap(({ allowed_origins }) => spaceSeparated(allowed_origins))
    // Whatever a row may hold: neither `null`, which any sandboxed frame is, nor `*` is an origin.
    return new Set(origins.filter((origin) => origin.startsWith('http')))
  }
}
