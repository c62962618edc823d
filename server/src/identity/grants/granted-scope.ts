import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../oauth-error.ts'

const mostShown = 100

/**
 * The scope that a client is given when it asks for one (RFC 6749 §3.3): all that it asked for, each once and
 * in its order.
 *
 * @param asked the `scope` parameter.
 * @throws {OAuthError} `invalid_scope` when it is missing, or names one that the client was not given.
 */
export function grantedScope(client: Client, asked: string | undefined): string {
  if (asked !== undefined && client.scopes.has(asked)) return asked
  const names = new Set((asked ?? '').split(' ').filter((name) => name !== ''))
  if (names.size === 0) throw new OAuthError('invalid_scope', { description: 'You must specify a scope' })
  for (const name of names) {
    if (client.scopes.has(name)) continue
    throw new OAuthError('invalid_scope', { description: `'${describable(name)}' is an invalid scope` })
  }
  return [...names].join(' ')
}

/** Keeps to what RFC 6749 §5.2 allows in a description. */
const describable = (name: string): string =>
  name.slice(0, mostShown).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?')
