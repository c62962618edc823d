import { command } from '../../command.ts'
import { accountNames, clientOf } from '../../find.ts'

export const clientArgument = { name: 'client-id', help: 'as ‘client list’ shows it' }

export const showClient = command({
  name: 'client show',
  summary: 'Show all that is known of API credentials, without their secrets',
  argument: clientArgument,
  options: {},
  async run(office, _given, argument) {
    const { accountId, ...client } = await clientOf(office, argument)
    const account = (await accountNames(office)).get(accountId) ?? ''
    const secrets = (await office.clients.secrets.list(client.clientId)).map(
      ({ id, createdAt }) => `${id} (${new Date(createdAt).toISOString()})`,
    )
    return { kind: 'shown', data: { ...client, account, secrets } }
  },
})
