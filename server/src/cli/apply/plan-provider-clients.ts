import { readClientId, readUsernames, requireLongSecret } from '../commands/provider-clients.ts'
import { readName } from '../names.ts'
import { Refused } from '../refused.ts'
import type { DeclaredAccount, DeclaredProviderClient } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { givenSecret } from './given-secret.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

/** Programs that launch sessions by the provider contract. A secret is set when one is made, and never changed here. */
export async function planProviderClients(
  planning: Planning,
  { providerClients = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const path = `${planning.path}/providerClients`
  const ids = providerClients.map(({ clientId }) => clientId)
  refuseTwice(planning.faults, path, ids)
  const steps: Step[] = []
  for (const [index, client] of providerClients.entries()) {
    const step = await planProviderClient(planning, client, `${path}/${index}`)
    if (step) steps.push(step)
  }
  return steps
}

async function planProviderClient(
  { context, name: account, id, faults }: Planning,
  { clientId: written, tenantName: writtenName, username, anyUsername, secret }: DeclaredProviderClient,
  path: string,
): Promise<Step | undefined> {
  const { clients } = context.provider
  const earlier = faults.length
  const clientId = checked(faults, `${path}/clientId`, () => readClientId(written))
  const before = clientId === undefined ? undefined : await clients.find(clientId)
  if (before && before.tenant !== id)
    faults.push({ path: `${path}/clientId`, message: 'is in use in another account' })
  const usualName = before?.tenantName ?? account
  const tenantName = checked(faults, `${path}/tenantName`, () =>
    readName('The name', writtenName ?? usualName),
  )
  if (before && tenantName !== before.tenantName)
    faults.push({ path: `${path}/tenantName`, message: `cannot be changed: it is ${before.tenantName}` })
  const names =
    before && username === undefined && anyUsername === undefined
      ? { username: before.username, usernames: before.usernames }
      : checked(faults, path, () => readUsernames({ username, 'any-username': anyUsername }, written))
  const at = { path: `${path}/secret`, faults }
  const clientSecret = secret && !before ? await givenSecret(context, secret, at) : undefined
  if (clientSecret !== undefined) checked(faults, at.path, () => requireLongSecret(clientSecret))
  if (clientId === undefined || tenantName === undefined || !names || faults.length > earlier)
    return undefined
  const step = { kind: 'provider client', account, name: clientId } as const
  if (!before) {
    return {
      ...step,
      done: 'create',
      async run(tenant) {
        const order = {
          clientId,
          tenant,
          tenantName,
          ...names,
          ...(clientSecret !== undefined && { clientSecret }),
        }
        const made = await clients.create(order)
        if (made === 'taken') throw new Refused(`The client ${clientId} was made by somebody else meanwhile.`)
        return clientSecret === undefined ? { clientSecret: made.clientSecret } : undefined
      },
    }
  }
  const changed = changedMembers({ ...before, ...names }, before)
  if (changed.length === 0) return { ...step, done: 'nothing' }
  return {
    ...step,
    done: 'change',
    changed,
    run: async () => void (await clients.setUsernames(clientId, names)),
  }
}
