import { type AdminContext, command } from '../../command.ts'
import { userNamed } from '../../find.ts'

const argument = { name: 'username', help: 'who' }

export const disableUser = command({
  name: 'user disable',
  summary: 'Disable a user; their tokens are refused and open agent views end within a second',
  argument,
  options: {},
  run: (context, _given, username) => setDisabled(context, username, 'disabled'),
})

export const enableUser = command({
  name: 'user enable',
  summary: 'Enable a disabled user',
  argument,
  options: {},
  run: (context, _given, username) => setDisabled(context, username, 'enabled'),
})

async function setDisabled(context: AdminContext, typed: string, state: 'disabled' | 'enabled') {
  const { id, username } = await userNamed(context, typed)
  await context.users.setDisabled(id, state)
  const data = { id, username, disabled: state === 'disabled' }
  return { kind: 'done', text: `${username} is ${state}.`, data } as const
}
