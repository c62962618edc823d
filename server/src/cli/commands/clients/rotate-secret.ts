import { parseGuid } from '../../../base/guid.ts'
import { command } from '../../command.ts'
import { clientOf } from '../../find.ts'
import { Refused, WrongUsage } from '../../refused.ts'
import { clientArgument } from './show-client.ts'

export const addSecret = command({
  name: 'client add-secret',
  summary: 'Make a second secret, so that one can be rotated without an outage; shown once',
  argument: clientArgument,
  options: {},
  async run(office, _given, argument) {
    const { clientId, name } = await clientOf(office, argument)
    const added = await office.clients.secrets.add(clientId)
    switch (added.outcome) {
      case 'added':
        return {
          kind: 'shown',
          data: { clientId, secretId: added.id, clientSecret: added.clientSecret },
          note: `The secret is shown this once. When nothing uses the other any more:
client remove-secret ${clientId} --secret oldest`,
        }
      case 'has-two-already':
        throw new Refused(`${name} has two secrets already. Remove one first: 'client show' lists them.`)
      case 'has-no-secrets':
        throw new Refused(`${name} has no secrets: it is public, or authenticates by a key.`)
      case 'no-client':
        throw new Refused(`There is no client ${clientId}.`)
    }
  },
})

export const removeSecret = command({
  name: 'client remove-secret',
  summary: 'Remove one of two secrets; it is refused within a second',
  argument: clientArgument,
  options: {
    secret: { value: 'ID', required: true, help: 'which; ‘client show’ lists them, or ‘oldest’' },
  },
  async run(office, { secret }, argument) {
    const which = secret === 'oldest' ? secret : parseGuid(secret)
    if (which === undefined) throw new WrongUsage(`'${secret}' is no id of a secret.`)
    const { clientId, name } = await clientOf(office, argument)
    const removed = await office.clients.secrets.remove(clientId, which)
    if (removed === 'no-such-secret') throw new Refused(`${name} has no such secret.`)
    if (removed === 'only-one-left') {
      throw new Refused(`It is the only secret of ${name}. Add another first, or disable the client.`)
    }
    return { kind: 'done', text: `The secret of ${name} was removed.`, data: { clientId, removed: true } }
  },
})
