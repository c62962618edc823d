import { command } from '../../command.ts'
import { userNamed } from '../../find.ts'
import { readName } from '../../names.ts'
import { WrongUsage } from '../../refused.ts'
import { licences } from './create-user.ts'

export const editUser = command({
  name: 'user edit',
  summary: 'Change a user’s details',
  argument: { name: 'username', help: 'the account' },
  options: {
    'display-name': { value: 'NAME', help: 'display name on pages' },
    licence: { value: 'LICENCE', choices: licences, help: 'the role of the user' },
    'agent-id': { value: 'ID', help: 'agent id in the phone system; empty for users who are not agents' },
  },
  async run(context, { 'display-name': displayName, licence, 'agent-id': agentId }, username) {
    const changes = {
      ...(displayName !== undefined && { displayName: readName('--display-name', displayName) }),
      ...(licence !== undefined && { licence }),
      ...(agentId !== undefined && { agentId: agentId === '' ? null : readName('--agent-id', agentId) }),
    }
    if (Object.keys(changes).length === 0)
      throw new WrongUsage('Nothing to change: give at least one option.')
    const { id, username: known } = await userNamed(context, username)
    await context.users.edit(id, changes)
    return { kind: 'done', text: `${known} was changed.`, data: { id, username: known, ...changes } }
  },
})
