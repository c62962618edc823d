import { type AdminContext, command } from '../../command.ts'
import { clientOf } from '../../find.ts'
import { clientArgument } from './show-client.ts'

export const disableClient = command({
  name: 'client disable',
  summary: 'Disable API credentials; their tokens are refused and open agent views end within a second',
  argument: clientArgument,
  options: {},
  run: (context, _given, argument) => setDisabled(context, argument, 'disabled'),
})

export const enableClient = command({
  name: 'client enable',
  summary: 'Enable disabled API credentials',
  argument: clientArgument,
  options: {},
  run: (context, _given, argument) => setDisabled(context, argument, 'enabled'),
})

async function setDisabled(context: AdminContext, argument: string, state: 'disabled' | 'enabled') {
  const { clientId, name } = await clientOf(context, argument)
  await context.clients.setDisabled(clientId, state)
  const data = { clientId, name, disabled: state === 'disabled' }
  return { kind: 'done', text: `${name} is ${state}.`, data } as const
}
