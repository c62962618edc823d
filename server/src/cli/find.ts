import { parseGuid } from '../base/guid.ts'
import type { Account } from '../identity/accounts/find-account.ts'
import type { ClientSummary } from '../identity/clients/find-client.ts'
import type { User } from '../identity/users/find-user.ts'
import type { AdminContext } from './command.ts'
import { Refused, WrongUsage } from './refused.ts'

/** @throws {Refused} when there is no account of this name. */
export async function accountNamed(
  { accounts }: Pick<AdminContext, 'accounts'>,
  name: string,
): Promise<Account> {
  const account = await accounts.findByName(name)
  if (account === undefined) throw new Refused(`No account is named '${name}'.`)
  return account
}

/** @throws {Refused} when there is nobody of this username. */
export async function userNamed({ users }: Pick<AdminContext, 'users'>, username: string): Promise<User> {
  const user = await users.findByUsername(username)
  if (user === undefined) throw new Refused(`No user is named '${username}'.`)
  return user
}

/** @throws {Refused} when there is no client with this id, {@link WrongUsage} when it is no id. */
export async function clientOf(
  { clients }: Pick<AdminContext, 'clients'>,
  id: string,
): Promise<ClientSummary> {
  const guid = parseGuid(id)
  if (guid === undefined) throw new WrongUsage(`'${id}' is not a client id. See 'client list'.`)
  const client = await clients.find(guid)
  if (client === undefined) throw new Refused(`No client has the id ${guid}.`)
  return client
}

/** The names of the accounts by their numbers. */
export async function accountNames({
  accounts,
}: Pick<AdminContext, 'accounts'>): Promise<ReadonlyMap<number, string>> {
  return new Map((await accounts.list()).map(({ id, name }) => [id, name]))
}
