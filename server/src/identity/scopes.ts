/** The scopes that can be given to a client (contract/authentication §7). */
export const scopes = [
  'globalpci',
  'agents-availability:read',
  'users:read',
  'users:write',
  'interaction-content:read',
  'interaction-content:delete',
  'interactions:write',
  'stats',
  'admin:read',
  'admin:write',
  'openid',
  'profile',
  'offline_access',
] as const

export type Scope = (typeof scopes)[number]

/** The scope that the Payment API asks for. */
export const paymentScope: Scope = 'globalpci'

/** Scopes of OpenID Connect Core §5.4 and §11: about the person who has signed in, not about an API. */
export const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'offline_access'])
