import type { ClientChanges } from '../../../identity/clients/edit-client.ts'
import { command } from '../../command.ts'
import { clientOf } from '../../find.ts'
import { algorithmOf, clientOptions, listed, readKeyFiles } from '../../input/client-options.ts'
import { readName } from '../../names.ts'
import { refuseTaken } from '../../refuse-taken.ts'
import { WrongUsage } from '../../refused.ts'
import { clientArgument } from './show-client.ts'

export const editClient = command({
  name: 'client edit',
  summary: 'Change API credentials; a given list replaces the present one, an empty value clears it',
  argument: clientArgument,
  options: {
    name: { value: 'NAME', help: 'their name' },
    ...clientOptions,
    'no-dpop': { help: 'undo --dpop' },
    'no-shared': { help: 'undo --shared' },
  },
  async run(context, given, argument) {
    const { clientId, name } = await clientOf(context, argument)
    const files = listed(given['public-key'])
    const changes = present<ClientChanges>({
      name: given.name === undefined ? undefined : readName('--name', given.name),
      flows: listed(given.flow),
      scopes: listed(given.scope),
      redirectUris: listed(given['redirect-uri']),
      postLogoutRedirectUris: listed(given['post-logout-redirect-uri']),
      allowedOrigins: listed(given.origin),
      publicKeys: files && (await readKeyFiles(context, files)),
      dpopBound: oneOf('dpop', given.dpop, given['no-dpop']),
      shared: oneOf('shared', given.shared, given['no-shared']),
      idTokenAlgorithm: algorithmOf(given['id-token-alg']),
      accessTokenAlgorithm: algorithmOf(given['access-token-alg']),
    })
    if (Object.keys(changes).length === 0)
      throw new WrongUsage('Nothing to change: give at least one option.')
    const edited = refuseTaken(
      context.clients.edit(clientId, changes),
      `The account already has a client '${changes.name}'.`,
    )
    await edited.catch((error) => {
      throw error instanceof TypeError ? new WrongUsage(error.message) : error
    })
    return { kind: 'done', text: `${changes.name ?? name} was changed.`, data: { clientId, ...changes } }
  },
})

function oneOf(name: string, on: boolean, off: boolean): boolean | undefined {
  if (on && off) throw new WrongUsage(`--${name} and --no-${name} contradict each other.`)
  return on || off ? on : undefined
}

/** Without the members that have no value. */
const present = <T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
