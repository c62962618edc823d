import type { Licence } from '../../../identity/users/find-user.ts'
import { type AdminContext, command } from '../../command.ts'
import { accountNamed } from '../../find.ts'
import { readName, readUsername } from '../../names.ts'
import { refuseTaken } from '../../refuse-taken.ts'
import { Refused } from '../../refused.ts'

export const licences = ['agent', 'supervisor', 'administrator'] as const satisfies readonly Licence[]

export const generate = { help: 'generate a random password and show it once, instead of asking for one' }

const argument = { name: 'username', help: 'sign-in name; unique in the region, case-insensitive' }
const options = {
  account: { value: 'NAME', required: true, help: 'the account they belong to' },
  'display-name': { value: 'NAME', help: 'display name on pages; default: the username' },
  generate,
} as const

export const createUser = command({
  name: 'user create',
  summary: 'Create a user',
  argument,
  options: {
    ...options,
    licence: { value: 'LICENCE', required: true, choices: licences, help: 'the role of the user' },
    'agent-id': { value: 'ID', help: 'agent id in the phone system, for agents' },
  },
  run: (context, given, username) => create(context, given, username),
})

export const createAdministrator = command({
  name: 'administrator create',
  summary: 'Create a user who administers the account',
  argument,
  options,
  run: (context, given, username) =>
    create(context, { ...given, licence: 'administrator', 'agent-id': undefined }, username),
})

interface Given {
  readonly account: string
  readonly 'display-name': string | undefined
  readonly generate: boolean
  readonly licence: Licence
  readonly 'agent-id': string | undefined
}

async function create(context: AdminContext, given: Given, typed: string) {
  const { users, readPassword } = context
  const username = readUsername(typed)
  const displayName = readName('--display-name', given['display-name'] ?? username)
  const agentId = given['agent-id'] === undefined ? null : readName('--agent-id', given['agent-id'])
  const account = await accountNamed(context, given.account)
  const taken = `The username '${username}' is already in use.`
  if (await users.findByUsername(username)) throw new Refused(taken)
  const password = await readPassword(given.generate ? 'generated' : 'asked', username)
  const { licence } = given
  const order = { accountId: account.id, username, displayName, password, agentId, licence }
  const { id } = await refuseTaken(users.create(order), taken)
  const data = { id, username, account: account.name, licence, agentId }
  if (!given.generate) return { kind: 'done', text: `${username} can sign in.`, data } as const
  return {
    kind: 'shown',
    data: { ...data, password },
    note: 'This password is shown only once. Store it now.',
  } as const
}
