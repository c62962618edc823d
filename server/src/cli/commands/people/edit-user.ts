import { command } from '../../command.ts'
import { userNamed } from '../../find.ts'
import { readName } from '../../names.ts'
import { WrongUsage } from '../../refused.ts'
import { licences } from './create-user.ts'

export const editUser = command({
  name: 'user edit',
  summary: 'Change what is known of a person',
  argument: { name: 'username', help: 'whose' },
  options: {
    'display-name': { value: 'NAME', help: 'what pages call them' },
    licence: { value: 'LICENCE', choices: licences, help: 'what they may do' },
    'agent-id': { value: 'ID', help: 'by which the telephone knows them; empty when they take no calls' },
  },
  async run(office, { 'display-name': displayName, licence, 'agent-id': agentId }, username) {
    const changes = {
      ...(displayName !== undefined && { displayName: readName('--display-name', displayName) }),
      ...(licence !== undefined && { licence }),
      ...(agentId !== undefined && { agentId: agentId === '' ? null : readName('--agent-id', agentId) }),
    }
    if (Object.keys(changes).length === 0) throw new WrongUsage('Nothing to change was given.')
    const { id, username: known } = await userNamed(office, username)
    await office.users.edit(id, changes)
    return { kind: 'done', text: `${known} was changed.`, data: { id, username: known, ...changes } }
  },
})
