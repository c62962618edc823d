import { command } from '../../command.ts'
import { clientOf } from '../../find.ts'
import { requireYes, yes } from '../../input/confirm.ts'
import { clientArgument } from './show-client.ts'

export const deleteClient = command({
  name: 'client delete',
  summary: 'Delete API credentials; their tokens are refused within a second',
  argument: clientArgument,
  options: { yes },
  async run(context, given, argument) {
    const { clientId, name } = await clientOf(context, argument)
    requireYes(given, `${name} would be deleted`)
    await context.clients.delete(clientId)
    return { kind: 'done', text: `${name} was deleted.`, data: { clientId, name, deleted: true } }
  },
})
