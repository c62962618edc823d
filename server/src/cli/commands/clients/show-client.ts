import { command } from '../../command.ts'
import { accountNames, clientOf } from '../../find.ts'

export const clientArgument = { name: 'client-id', help: 'the client id; see ‘client list’' }

export const showClient = command({
  name: 'client show',
  summary: 'Show API credentials (without secrets)',
  argument: clientArgument,
  options: {},
  async run(context, _given, argument) {
    const { accountId, publicKeys: keys, ...client } = await clientOf(context, argument)
    const account = (await accountNames(context)).get(accountId) ?? ''
    const secrets = (await context.clients.secrets.list(client.clientId)).map(
      ({ id, createdAt }) => `${id} (${new Date(createdAt).toISOString()})`,
    )
    const publicKeys = keys.map(({ kid, alg }) => `${kid} (${alg})`)
    return { kind: 'shown', data: { ...client, account, secrets, publicKeys } }
  },
})
