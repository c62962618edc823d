import { command } from '../../command.ts'
import { accountNamed, accountNames } from '../../find.ts'

export const listUsers = command({
  name: 'user list',
  summary: 'List users',
  options: { account: { value: 'NAME', help: 'only of this account' } },
  async run(office, { account }) {
    const accountId = account === undefined ? undefined : (await accountNamed(office, account)).id
    const names = await accountNames(office)
    const rows = (await office.users.list(accountId)).map((user) => ({
      username: user.username,
      displayName: user.displayName,
      account: names.get(user.accountId) ?? '',
      licence: user.licence,
      agentId: user.agentId,
      disabled: user.disabled,
    }))
    return { kind: 'listed', rows, none: 'No users.' }
  },
})
