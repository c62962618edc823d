import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { openIdScopes, scopes } from '../scopes.ts'

const maxShown = 100

/**
 * The scope that a client is given when it asks for one (RFC 6749 §3.3): all that it asked for, each once and
 * in its order.
 *
 * @param asked the `scope` parameter.
 * @param subject in whose name the client acts. The scopes of OpenID Connect, and `offline_access`, mean
 *   something for a person only.
 * @throws {OAuthError} `invalid_scope` when it is missing, or names one that the client was not given.
 */
export function grantedScope(client: Client, asked: string | undefined, subject: 'client' | 'user'): string {
  const mayHave = (name: string) => client.scopes.has(name) && (subject === 'user' || !openIdScopes.has(name))
  if (asked !== undefined && mayHave(asked)) return asked
  const names = new Set((asked ?? '').split(' ').filter((name) => name !== ''))
  if (names.size === 0) throw new OAuthError('invalid_scope', { description: 'You must specify a scope' })
  for (const name of names) {
    if (mayHave(name)) continue
    throw invalidScope(name, [...client.scopes].filter(mayHave))
  }
  return [...names].join(' ')
}

/** Where it is a scope that others have, its client has to be given it, or to leave it out. */
function invalidScope(name: string, mayHave: readonly string[]): OAuthError {
  const description = `'${describable(name)}' is an invalid scope`
  if (!scopes.some((known) => known === name)) return new OAuthError('invalid_scope', { description })
  const has = mayHave.length === 0 ? 'none' : mayHave.join(' ')
  return new OAuthError('invalid_scope', {
    description: `${description} for this client. Allowed scopes: ${has}. Omit the others, or ask an administrator to add them.`,
    explained: true,
  })
}

/** Keeps to what RFC 6749 §5.2 allows in a description. */
const describable = (name: string): string =>
  name.slice(0, maxShown).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?')
