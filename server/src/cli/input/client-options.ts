import type { JWK } from 'jose'
import { readJsonText } from '../../base/text/read-json.ts'
import type { OAuthFlow } from '../../identity/clients/create-client.ts'
import { readPublicKeys } from '../../identity/clients/public-keys.ts'
import type { SigningAlgorithm } from '../../identity/keys/algorithms.ts'
import { signingAlgorithms } from '../../identity/keys/algorithms.ts'
import { scopes } from '../../identity/scopes.ts'
import type { AdminContext, Options } from '../command.ts'
import { WrongUsage } from '../refused.ts'

export const flows = [
  'authorization_code',
  'client_credentials',
  'password',
  'implicit',
] as const satisfies readonly OAuthFlow[]

/** What API credentials are made and edited with. */
export const clientOptions = {
  flow: { value: 'FLOW', choices: flows, repeatable: true, help: 'OAuth flows it may use' },
  scope: { value: 'SCOPE', choices: scopes, repeatable: true, help: 'scopes it may request' },
  'redirect-uri': {
    value: 'URI',
    repeatable: true,
    help: 'redirect URI, matched exactly; the port of http://127.0.0.1 may vary',
  },
  'post-logout-redirect-uri': {
    value: 'URI',
    repeatable: true,
    help: 'post-logout redirect URI',
  },
  origin: { value: 'ORIGIN', repeatable: true, help: 'origin allowed by CORS: https://host' },
  'public-key': {
    value: 'FILE',
    repeatable: true,
    help: 'a public JWK or key set; the client authenticates with private_key_jwt and has no secret',
  },
  dpop: { help: 'its access tokens are bound to its own key (DPoP)' },
  shared: { help: 'users of every account may sign in with it, after consent' },
  'id-token-alg': {
    value: 'ALGORITHM',
    choices: [...signingAlgorithms, 'default'],
    help: 'algorithm that signs its ID tokens (id_token_signed_response_alg); default: RS256',
  },
  'access-token-alg': {
    value: 'ALGORITHM',
    choices: [...signingAlgorithms, 'default'],
    help: 'algorithm that signs its access tokens; default: ES256',
  },
} as const satisfies Options

/** An algorithm that was given; `default` is the region's, and none of the client's own. */
export const algorithmOf = (
  given: SigningAlgorithm | 'default' | undefined,
): SigningAlgorithm | null | undefined => (given === 'default' ? null : given)

/** A list that was given; one empty value stands for none. */
export const listed = <T extends string>(values: readonly T[] | undefined): readonly T[] | undefined =>
  values?.filter((value) => value !== '')

/**
 * Reads public keys from files, in the form that they are registered in.
 *
 * @throws {WrongUsage} when a file holds something else, and above all a private key.
 */
export async function readKeyFiles(
  { readText }: Pick<AdminContext, 'readText'>,
  files: readonly string[],
): Promise<readonly JWK[]> {
  const keys: JWK[] = []
  for (const file of files) keys.push(...keysIn(readJsonText(await readText(file)), file))
  return asUsageError(() => readPublicKeys(keys))
}

/**
 * The keys of a JWK or a JWK set.
 *
 * @param what the operator calls it.
 * @throws {WrongUsage} when it is neither.
 */
export function keysIn(written: unknown, what: string): readonly JWK[] {
  const keys: unknown[] = isObject(written) && Array.isArray(written.keys) ? written.keys : [written]
  if (keys.length === 0) throw new WrongUsage(`${what} contains no key.`)
  return keys.map((key) => {
    if (isObject(key) && typeof key.kty === 'string') return key as JWK
    throw new WrongUsage(`${what} contains neither a JWK nor a JWK set (RFC 7517).`)
  })
}

/** Runs a check of what was ordered. @throws {WrongUsage} when it finds a contradiction. */
export function asUsageError<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw error instanceof TypeError ? new WrongUsage(error.message) : error
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
