import { command, type Office } from '../../command.ts'
import { userNamed } from '../../find.ts'

const argument = { name: 'username', help: 'who' }

export const disableUser = command({
  name: 'user disable',
  summary: 'Disable a user; their tokens are refused and open agent views end within a second',
  argument,
  options: {},
  run: (office, _given, username) => setDisabled(office, username, 'disabled'),
})

export const enableUser = command({
  name: 'user enable',
  summary: 'Enable a disabled user',
  argument,
  options: {},
  run: (office, _given, username) => setDisabled(office, username, 'enabled'),
})

async function setDisabled(office: Office, typed: string, state: 'disabled' | 'enabled') {
  const { id, username } = await userNamed(office, typed)
  await office.users.setDisabled(id, state)
  const data = { id, username, disabled: state === 'disabled' }
  return { kind: 'done', text: `${username} is ${state}.`, data } as const
}
