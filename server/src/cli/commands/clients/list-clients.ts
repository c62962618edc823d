import { command } from '../../command.ts'
import { accountNamed, accountNames } from '../../find.ts'

export const listClients = command({
  name: 'client list',
  summary: 'List API credentials',
  options: { account: { value: 'NAME', help: 'only of this account' } },
  async run(context, { account }) {
    const accountId = account === undefined ? undefined : (await accountNamed(context, account)).id
    const names = await accountNames(context)
    const rows = (await context.clients.list(accountId)).map((client) => ({
      clientId: client.clientId,
      name: client.name,
      account: names.get(client.accountId) ?? '',
      clientType: client.clientType,
      flows: client.flows,
      scopes: client.scopes,
      disabled: client.disabled,
    }))
    return { kind: 'listed', rows, none: 'No clients.' }
  },
})
