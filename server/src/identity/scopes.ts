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
] as const

export type Scope = (typeof scopes)[number]

/** The scope that the Payment API asks for. */
export const paymentScope: Scope = 'globalpci'
