import { type AdminContext, command } from '../command.ts'
import { readName } from '../names.ts'
import { refuseTaken } from '../refuse-taken.ts'
import { Refused, WrongUsage } from '../refused.ts'

export const createAccount = command({
  name: 'account create',
  summary: 'Create an account (one tenant: a contact centre)',
  argument: { name: 'name', help: 'its name; unique in the region' },
  options: {
    production: { help: 'production account: skipCallTransfer is refused' },
    number: {
      value: 'NUMBER',
      help: 'the account’s number in the other process’s database; default: the next free one',
    },
  },
  async run({ accounts, demoAccountName }, { production, number }, argument) {
    const name = readAccountName({ demoAccountName }, argument)
    const id = number === undefined ? {} : { id: readNumber(number) }
    const account = await refuseTaken(
      accounts.create({ name, production, ...id }),
      number === undefined
        ? `An account named '${name}' already exists.`
        : `An account named '${name}' or with the number ${number} already exists.`,
    )
    return { kind: 'done', text: `The account '${name}' was created.`, data: account }
  },
})

/** @throws {WrongUsage} when nothing may be called so, {@link Refused} when it is taken for the sandbox. */
export function readAccountName(
  { demoAccountName }: Pick<AdminContext, 'demoAccountName'>,
  text: string,
): string {
  const name = readName('The name', text)
  if (name === demoAccountName) throw new Refused(`'${name}' is the name of the sandbox’s own account.`)
  return name
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new WrongUsage(`--number is '${text}'; it must be a whole number, 1 or more.`)
}
