import type { ProviderClient } from '../../vault/provider-api/provider-clients.ts'
import { type AdminContext, command } from '../command.ts'
import { accountNamed, accountNames } from '../find.ts'
import { readName } from '../names.ts'
import { Refused, WrongUsage } from '../refused.ts'

const argument = {
  name: 'client-id',
  help: 'the client id that the program sends: letters, digits and . _ - @',
}

/** A secret that came from elsewhere is hashed as ours are, so that it must be as hard to guess. */
const minSecretCharacters = 32

export const createProviderClient = command({
  name: 'provider-client create',
  summary:
    'Create a provider client, which may launch sessions through the provider contract; the secret is shown only once',
  argument,
  options: {
    account: { value: 'NAME', required: true, help: 'the account it acts for (its tenant)' },
    'tenant-name': { value: 'NAME', help: 'the tenantname that it sends; default: the account’s name' },
    username: { value: 'NAME', help: 'the username that it sends; default: the client id' },
    'any-username': { help: 'it sends a different username for each of its agents' },
    'ask-secret': { help: 'use the secret that it already has: prompted for, or piped in' },
  },
  async run(context, given, typed) {
    const clientId = readClientId(typed)
    const account = await accountNamed(context, given.account)
    const tenantName = readName('--tenant-name', given['tenant-name'] ?? account.name)
    const names = readUsernames(given, clientId)
    const asked = given['ask-secret'] ? { clientSecret: await askSecret(context, clientId) } : {}
    const order = { clientId, tenant: account.id, tenantName, ...names, ...asked }
    const made = await context.provider.clients.create(order)
    if (made === 'taken') throw new Refused(`A provider client '${clientId}' already exists.`)
    const username = shownUsername(names)
    const data = { tenant: account.id, tenantname: tenantName, username, client_id: clientId }
    if (given['ask-secret']) return { kind: 'shown', data }
    return {
      kind: 'shown',
      data: { ...data, client_secret: made.clientSecret },
      note: 'This secret is shown only once. Store it now; only its hash is kept.',
    }
  },
})

async function askSecret(context: AdminContext, clientId: string): Promise<string> {
  return requireLongSecret(await context.readPassword('asked', clientId))
}

/** @throws {Refused} for one that could be guessed. */
export function requireLongSecret(secret: string): string {
  if ([...secret].length >= minSecretCharacters) return secret
  throw new Refused(`The secret is too short. It must have at least ${minSecretCharacters} characters.`)
}

export const listProviderClients = command({
  name: 'provider-client list',
  summary: 'List provider clients: programs that may launch sessions through the provider contract',
  options: { account: { value: 'NAME', help: 'only of this account' } },
  async run(context, { account }) {
    const tenant = account === undefined ? undefined : (await accountNamed(context, account)).id
    const names = await accountNames(context)
    const rows = (await context.provider.clients.list(tenant)).map((client) => ({
      clientId: client.clientId,
      tenant: client.tenant,
      account: names.get(client.tenant) ?? '',
      tenantName: client.tenantName,
      username: shownUsername(client),
      disabled: client.disabled,
    }))
    return { kind: 'listed', rows, none: 'No provider clients.' }
  },
})

export const renameProviderClient = command({
  name: 'provider-client set-username',
  summary: 'Change the username that a provider client sends, from its next token on',
  argument,
  options: {
    username: { value: 'NAME', help: 'the username that it sends' },
    'any-username': { help: 'it sends a different username for each of its agents' },
  },
  async run(context, given, typed) {
    const { clientId } = await providerClientOf(context, typed)
    if (given.username === undefined && !given['any-username']) {
      throw new WrongUsage('Give --username or --any-username.')
    }
    const names = readUsernames(given, clientId)
    await context.provider.clients.setUsernames(clientId, names)
    const username = shownUsername(names)
    return { kind: 'done', text: `The username of ${clientId} is ${username}.`, data: { clientId, username } }
  },
})

type Names = Pick<ProviderClient, 'username' | 'usernames'>

/** @throws {WrongUsage} where one is given, and any are allowed. */
export function readUsernames(
  given: { readonly username?: string | undefined; readonly 'any-username'?: boolean | undefined },
  usual: string,
): Names {
  if (!given['any-username']) {
    return { usernames: 'fixed', username: readName('--username', given.username ?? usual) }
  }
  if (given.username !== undefined) throw new WrongUsage('Give --username or --any-username, not both.')
  return { usernames: 'free', username: '' }
}

const shownUsername = ({ username, usernames }: Names): string => (usernames === 'free' ? '(any)' : username)

export const disableProviderClient = command({
  name: 'provider-client disable',
  summary: 'Disable a provider client; its tokens are refused at once, its agent views end within a second',
  argument,
  options: {},
  run: (context, _given, typed) => setDisabled(context, typed, 'disabled'),
})

export const enableProviderClient = command({
  name: 'provider-client enable',
  summary: 'Enable a disabled provider client',
  argument,
  options: {},
  run: (context, _given, typed) => setDisabled(context, typed, 'enabled'),
})

async function setDisabled(context: AdminContext, typed: string, state: 'disabled' | 'enabled') {
  const { clientId } = await providerClientOf(context, typed)
  await context.provider.clients.setDisabled(clientId, state === 'disabled')
  const data = { clientId, disabled: state === 'disabled' }
  return { kind: 'done', text: `${clientId} is ${state}.`, data } as const
}

export const rotateProviderSecret = command({
  name: 'provider-client rotate-secret',
  summary: 'Give a provider client a new secret, shown only once; the old secret stays valid for a day',
  argument,
  options: { 'at-once': { help: 'the old secret ends now' } },
  async run(context, given, typed) {
    const { clientId } = await providerClientOf(context, typed)
    const former = given['at-once'] ? 'ends' : 'for-a-day'
    const secret = await context.provider.clients.rotateSecret(clientId, former)
    if (secret === undefined) throw new Refused(`No provider client has the id '${clientId}'.`)
    return {
      kind: 'shown',
      data: { client_id: clientId, client_secret: secret },
      note: `This secret is shown only once. Store it now. The old secret ${given['at-once'] ? 'is no longer valid' : 'stays valid for a day'}.`,
    }
  },
})

/** @throws {WrongUsage} for what is none. */
export function readClientId(typed: string): string {
  if (/^[\w.@-]{1,64}$/.test(typed)) return typed
  throw new WrongUsage(`'${typed}' is not a valid client id. Use 1 to 64 letters, digits and . _ - @`)
}

async function providerClientOf(context: AdminContext, typed: string): Promise<ProviderClient> {
  const client = await context.provider.clients.find(typed)
  if (client === undefined) throw new Refused(`No provider client has the id '${typed}'.`)
  return client
}
