import type { KnownUser } from '../users/known-users.ts'

/**
 * What the scope `profile` tells a client about a person (OpenID Connect Core §5.4), in ID tokens and at the
 * userinfo endpoint. Of its claims these two are all that is known.
 */
export function profileClaims(user: KnownUser, scopes: Iterable<string>) {
  if (!new Set(scopes).has('profile')) return {}
  return { name: user.displayName, preferred_username: user.username }
}
