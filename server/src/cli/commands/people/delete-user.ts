import { command } from '../../command.ts'
import { userNamed } from '../../find.ts'
import { requireYes, yes } from '../../input/confirm.ts'

export const deleteUser = command({
  name: 'user delete',
  summary: 'Delete a user; their tokens are refused within a second',
  argument: { name: 'username', help: 'who' },
  options: { yes },
  async run(context, given, typed) {
    const { id, username } = await userNamed(context, typed)
    requireYes(given, `${username} would be deleted`)
    await context.users.delete(id)
    return { kind: 'done', text: `${username} was deleted.`, data: { id, username, deleted: true } }
  },
})
