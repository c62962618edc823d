import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Region } from './region.ts'

/** Puts the headers of {@link createPageHeaders} on an answer; a hook for every route of the vault. */
export type SetPageHeaders = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/**
 * What every answer of the vault carries, errors included: nothing is kept, referred to, guessed at or framed,
 * and where the region is reached by https it is reached by nothing else. The agent view alone takes the framing
 * back, for the origins of its flow.
 */
export function createPageHeaders({ paymentOrigin }: Region): SetPageHeaders {
  const headers = {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'deny',
    'content-security-policy': contentSecurityPolicy({}),
    ...(paymentOrigin.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  }
  return async (_request, reply) => {
    reply.headers(headers)
  }
}

type Directive = 'script-src' | 'style-src' | 'connect-src' | 'img-src' | 'form-action' | 'frame-ancestors'

/** A Content-Security-Policy that forbids everything but what is named. */
export function contentSecurityPolicy(allowed: Readonly<Partial<Record<Directive, string>>>): string {
  const directives = {
    'default-src': "'none'",
    ...allowed,
    'frame-ancestors': allowed['frame-ancestors'] ?? "'none'",
    'form-action': allowed['form-action'] ?? "'none'",
    'base-uri': "'none'",
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}
