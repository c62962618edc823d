import { command, Refused } from '../command.ts'
import { readName } from '../names.ts'
import { refuseTaken } from '../refuse-taken.ts'

export const createAccount = command({
  name: 'account create',
  summary: 'Make an account: a contact centre’s tenancy',
  argument: { name: 'name', help: 'what it is called; unique in the region' },
  options: { production: { help: 'its payments are real: sessions cannot skip the call' } },
  beginsRegion: true,
  async run({ accounts, demoAccountName }, { production }, argument) {
    const name = readName('The name', argument)
    if (name === demoAccountName) throw new Refused(`'${name}' is what the sandbox calls its own account.`)
    const account = await refuseTaken(
      accounts.create({ name, production }),
      `There is an account '${name}' already.`,
    )
    return { kind: 'done', text: `The account '${name}' was made.`, data: account }
  },
})
