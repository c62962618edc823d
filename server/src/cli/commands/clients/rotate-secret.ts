import { parseGuid } from '../../../base/guid.ts'
import { command } from '../../command.ts'
import { clientOf } from '../../find.ts'
import { Refused, WrongUsage } from '../../refused.ts'
import { clientArgument } from './show-client.ts'

export const addSecret = command({
  name: 'client add-secret',
  summary: 'Add a second secret for rotation without an outage; it is shown only once',
  argument: clientArgument,
  options: {},
  async run(context, _given, argument) {
    const { clientId, name } = await clientOf(context, argument)
    const added = await context.clients.secrets.add(clientId)
    switch (added.outcome) {
      case 'added':
        return {
          kind: 'shown',
          data: { clientId, secretId: added.id, clientSecret: added.clientSecret },
          note: `This secret is shown only once. Store it now. When the other secret is no longer used:
client remove-secret ${clientId} --secret oldest`,
        }
      case 'has-two-already':
        throw new Refused(`${name} already has two secrets. Remove one first: 'client show' lists them.`)
      case 'has-no-secrets':
        throw new Refused(`${name} cannot have secrets: it is public or authenticates with a key.`)
      case 'no-client':
        throw new Refused(`No client has the id ${clientId}.`)
    }
  },
})

export const removeSecret = command({
  name: 'client remove-secret',
  summary: 'Remove one of two secrets; it is refused within a second',
  argument: clientArgument,
  options: {
    secret: { value: 'ID', required: true, help: 'the secret’s id from ‘client show’, or ‘oldest’' },
  },
  async run(context, { secret }, argument) {
    const which = secret === 'oldest' ? secret : parseGuid(secret)
    if (which === undefined) throw new WrongUsage(`'${secret}' is not the id of a secret. See 'client show'.`)
    const { clientId, name } = await clientOf(context, argument)
    const removed = await context.clients.secrets.remove(clientId, which)
    if (removed === 'no-such-secret')
      throw new Refused(`${name} has no secret with this id. See 'client show'.`)
    if (removed === 'only-one-left') {
      throw new Refused(`This is the only secret of ${name}. Add another first, or disable the client.`)
    }
    return { kind: 'done', text: `The secret of ${name} was removed.`, data: { clientId, removed: true } }
  },
})
