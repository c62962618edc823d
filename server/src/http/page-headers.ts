import type { FastifyReply, FastifyRequest } from 'fastify'

/** Puts the {@link pageHeaders} on an answer; a hook for every route that a browser comes to. */
export type SetPageHeaders = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/**
 * What every answer to a browser carries, errors included: nothing is kept, referred to, guessed at or framed,
 * and where the pages are reached by https they are reached by nothing else. A page takes back of it what it needs.
 *
 * @param url where the pages are reached.
 */
export function pageHeaders(url: string): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'deny',
    'content-security-policy': contentSecurityPolicy({}),
    ...(url.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  }
}

/** @param url where the pages are reached. */
export function createPageHeaders(url: string): SetPageHeaders {
  const headers = pageHeaders(url)
  return async (_request, reply) => {
    reply.headers(headers)
  }
}

type Directive =
  | 'script-src'
  | 'style-src'
  | 'connect-src'
  | 'img-src'
  | 'frame-src'
  | 'worker-src'
  | 'form-action'
  | 'frame-ancestors'

/** A Content-Security-Policy that forbids everything but the pages' icon and what is named. */
export function contentSecurityPolicy(allowed: Readonly<Partial<Record<Directive, string>>>): string {
  const directives = {
    'default-src': "'none'",
    'img-src': "'self'",
    ...allowed,
    'frame-ancestors': allowed['frame-ancestors'] ?? "'none'",
    'form-action': allowed['form-action'] ?? "'none'",
    'base-uri': "'none'",
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}
