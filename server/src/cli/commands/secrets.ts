import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { Refused, WrongUsage } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'whose' } as const
const name = { name: 'name', help: 'what account configurations call it: small letters, digits and hyphens' }

export const putSecret = command({
  name: 'secret put',
  summary: 'Make or replace a secret that account configurations refer to; typed twice, or piped in',
  argument: name,
  options: { account },
  async run(office, given, argument) {
    const secret = readSecretName(argument)
    const found = await accountNamed(office, given.account)
    await office.secrets.put(found.id, secret, await office.readSecret(secret))
    const text = `The account '${found.name}' has the secret ${secret}.`
    return { kind: 'done', text, data: { name: secret } }
  },
})

export const listSecrets = command({
  name: 'secret list',
  summary: 'List the names of an account’s secrets',
  options: { account },
  async run(office, given) {
    const { id } = await accountNamed(office, given.account)
    const rows = (await office.secrets.list(id)).map((each) => ({
      name: each.name,
      createdAt: new Date(each.createdAt).toISOString(),
    }))
    return { kind: 'listed', rows, none: 'There are no secrets.' }
  },
})

export const deleteSecret = command({
  name: 'secret delete',
  summary: 'Delete a secret; what refers to it stops within a second',
  argument: name,
  options: { account, yes },
  async run(office, given, argument) {
    const secret = readSecretName(argument)
    const found = await accountNamed(office, given.account)
    requireYes(given, `This deletes the secret ${secret} of the account '${found.name}'`)
    if (!(await office.secrets.remove(found.id, secret))) {
      throw new Refused(`The account '${found.name}' has no secret ${secret}.`)
    }
    return { kind: 'done', text: `The secret ${secret} was deleted.`, data: { name: secret, deleted: true } }
  },
})

/** @throws {WrongUsage} when no configuration could refer to it. */
export function readSecretName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,63}$/.test(text)) return text
  throw new WrongUsage(`'${text}' is no name of a secret: small letters, digits and hyphens, a letter first.`)
}
