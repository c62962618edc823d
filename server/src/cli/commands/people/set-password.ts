import { command } from '../../command.ts'
import { userNamed } from '../../find.ts'
import { generate } from './create-user.ts'

export const setPassword = command({
  name: 'user set-password',
  summary: 'Set a new password for a user; their sign-ins and refresh tokens end',
  argument: { name: 'username', help: 'the account' },
  options: { generate },
  async run(context, given, typed) {
    const { id, username } = await userNamed(context, typed)
    const password = await context.readPassword(given.generate ? 'generated' : 'asked', username)
    await context.users.setPassword(id, password)
    if (!given.generate) {
      return { kind: 'done', text: `${username} has a new password.`, data: { id, username } }
    }
    return {
      kind: 'shown',
      data: { id, username, password },
      note: 'This password is shown only once. Store it now.',
    }
  },
})
