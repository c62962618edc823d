import { readSecretName } from '../commands/secrets.ts'
import { requireSecret } from '../input/read-secret.ts'
import { Refused } from '../refused.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { givenSecret } from './given-secret.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

/** Secrets that configurations refer to: those of others, and those that sign webhooks, which are made here. */
export async function planSecrets(
  planning: Planning,
  { secrets = [], webhookSecrets = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const { path, faults } = planning
  refuseTwice(
    faults,
    `${path}/secrets`,
    secrets.map(({ name }) => name),
  )
  refuseTwice(faults, `${path}/webhookSecrets`, webhookSecrets)
  for (const [index, name] of webhookSecrets.entries())
    if (secrets.some((each) => each.name === name))
      faults.push({ path: `${path}/webhookSecrets/${index}`, message: 'is one of secrets too' })
  const steps: Step[] = []
  for (const [index, secret] of secrets.entries()) {
    const at = `${path}/secrets/${index}`
    checked(faults, `${at}/name`, () => readSecretName(secret.name))
    const text = await givenSecret(planning.context, secret.value, { path: `${at}/value`, faults })
    if (text === undefined || !checked(faults, `${at}/value`, () => requireSecret(text) ?? true)) continue
    steps.push(await planSecret(planning, secret.name, text))
  }
  for (const [index, name] of webhookSecrets.entries()) {
    checked(faults, `${path}/webhookSecrets/${index}`, () => readSecretName(name))
    steps.push(await planSigningSecret(planning, name))
  }
  return steps
}

async function planSecret(
  { context, name: account, id }: Planning,
  name: string,
  text: string,
): Promise<Step> {
  const before = id === undefined ? undefined : await context.secrets.find(id, name)
  const step = { kind: 'secret', account, name } as const
  if (before === text) return { ...step, done: 'nothing' }
  return {
    ...step,
    done: before === undefined ? 'create' : 'change',
    async run(accountId) {
      await context.secrets.put(accountId, name, text)
      return undefined
    },
  }
}

async function planSigningSecret({ context, name: account, id }: Planning, name: string): Promise<Step> {
  const known = id === undefined ? [] : await context.secrets.list(id)
  const step = { kind: 'webhook secret', account, name } as const
  if (known.some((each) => each.name === name)) return { ...step, done: 'nothing' }
  return {
    ...step,
    done: 'create',
    async run(accountId) {
      const made = await context.webhooks.signing.add(accountId, name)
      if (!('secret' in made))
        throw new Refused(`The signing secret ${name} was made by somebody else meanwhile.`)
      return { secret: made.secret }
    },
  }
}
