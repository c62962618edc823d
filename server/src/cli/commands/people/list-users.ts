import { command } from '../../command.ts'
import { accountNamed, accountNames } from '../../find.ts'

export const listUsers = command({
  name: 'user list',
  summary: 'List users',
  options: { account: { value: 'NAME', help: 'only of this account' } },
  async run(context, { account }) {
    const accountId = account === undefined ? undefined : (await accountNamed(context, account)).id
    const names = await accountNames(context)
    const rows = (await context.users.list(accountId)).map((user) => ({
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
