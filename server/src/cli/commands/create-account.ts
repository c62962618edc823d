import { command } from '../command.ts'
import { readName } from '../names.ts'
import { refuseTaken } from '../refuse-taken.ts'
import { Refused, WrongUsage } from '../refused.ts'

export const createAccount = command({
  name: 'account create',
  summary: 'Make an account: a contact centre’s tenancy',
  argument: { name: 'name', help: 'what it is called; unique in the region' },
  options: {
    production: { help: 'its payments are real: sessions cannot skip the call' },
    number: {
      value: 'NUMBER',
      help: 'the number that it has in the other half’s database; without, the next one',
    },
  },
  beginsRegion: true,
  async run({ accounts, demoAccountName }, { production, number }, argument) {
    const name = readName('The name', argument)
    if (name === demoAccountName) throw new Refused(`'${name}' is what the sandbox calls its own account.`)
    const id = number === undefined ? {} : { id: readNumber(number) }
    const account = await refuseTaken(
      accounts.create({ name, production, ...id }),
      number === undefined
        ? `There is an account '${name}' already.`
        : `There is an account '${name}', or one with the number ${number}, already.`,
    )
    return { kind: 'done', text: `The account '${name}' was made.`, data: account }
  },
})

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new WrongUsage(`--number is '${text}'; it takes a whole number from 1 on.`)
}
