import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { Refused, WrongUsage } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'the account' } as const
const name = {
  name: 'name',
  help: 'the name used by account configurations: lower-case letters, digits and hyphens',
}

export const putSecret = command({
  name: 'secret put',
  summary: 'Create or replace a secret that account configurations refer to; entered twice, or piped in',
  argument: name,
  options: { account },
  async run(context, given, argument) {
    const secret = readSecretName(argument)
    const found = await accountNamed(context, given.account)
    await context.secrets.put(found.id, secret, await context.readSecret(secret))
    const text = `The account '${found.name}' has the secret ${secret}.`
    return { kind: 'done', text, data: { name: secret } }
  },
})

export const listSecrets = command({
  name: 'secret list',
  summary: 'List the names of an account’s secrets',
  options: { account },
  async run(context, given) {
    const { id } = await accountNamed(context, given.account)
    const rows = (await context.secrets.list(id)).map((each) => ({
      name: each.name,
      createdAt: new Date(each.createdAt).toISOString(),
    }))
    return { kind: 'listed', rows, none: 'No secrets.' }
  },
})

export const deleteSecret = command({
  name: 'secret delete',
  summary: 'Delete a secret; whatever uses it stops working within a second',
  argument: name,
  options: { account, yes },
  async run(context, given, argument) {
    const secret = readSecretName(argument)
    const found = await accountNamed(context, given.account)
    requireYes(given, `The secret ${secret} of the account '${found.name}' would be deleted`)
    if (!(await context.secrets.remove(found.id, secret))) {
      throw new Refused(`The account '${found.name}' has no secret ${secret}.`)
    }
    return { kind: 'done', text: `The secret ${secret} was deleted.`, data: { name: secret, deleted: true } }
  },
})

/** @throws {WrongUsage} when no configuration could refer to it. */
export function readSecretName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,63}$/.test(text)) return text
  throw new WrongUsage(
    `'${text}' is not a valid secret name. Use lower-case letters, digits and hyphens, starting with a letter.`,
  )
}
