import type { Guid } from '../../base/guid.ts'
import type { AuthorizationErrorCode } from '../../base/problem.ts'
import type { ResponseTarget } from './response-target.ts'

/** Who is told that an authorization request is refused, and what. */
export type Refusal =
  | {
      /** No redirect URI can be trusted, so it is the person, on a page (RFC 6749 §4.1.2.1). */
      readonly to: 'person'
      readonly reason: 'unknown-client' | 'redirect-uri-not-registered' | 'request-malformed'
      /** For the log. */
      readonly clientId?: Guid
    }
  | {
      /** The client, by its redirect URI. */
      readonly to: 'client'
      readonly target: ResponseTarget
      readonly code: AuthorizationErrorCode
      readonly description: string | undefined
    }

/** An authorization request is not taken. */
export class RefusedRequest extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.to === 'person' ? refusal.reason : refusal.code)
    this.name = 'RefusedRequest'
    this.refusal = refusal
  }
}

/** It is the client that is told. */
export const refused = (target: ResponseTarget, code: AuthorizationErrorCode, description?: string) =>
  new RefusedRequest({ to: 'client', target, code, description })
