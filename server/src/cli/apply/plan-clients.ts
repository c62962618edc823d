import { isDeepStrictEqual } from 'node:util'
import type { ClientChanges } from '../../identity/clients/edit-client.ts'
import type { ClientSummary } from '../../identity/clients/find-client.ts'
import { refuseContradicting } from '../commands/clients/create-client.ts'
import { readName } from '../names.ts'
import type { DeclaredAccount, DeclaredClient } from './apply-document.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

/** API credentials. Their secrets are made here, and shown once. */
export async function planClients(
  planning: Planning,
  { clients = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const { path, faults } = planning
  refuseTwice(
    faults,
    `${path}/clients`,
    clients.map(({ name }) => name),
  )
  const steps: Step[] = []
  for (const [index, client] of clients.entries()) {
    const step = await planClient(planning, client, `${path}/clients/${index}`)
    if (step) steps.push(step)
  }
  return steps
}

async function planClient(
  { context, name: account, id, faults }: Planning,
  { name: written, public: isPublic, dpop, ...members }: DeclaredClient,
  path: string,
): Promise<Step | undefined> {
  const name = checked(faults, `${path}/name`, () => readName('The name', written))
  if (name === undefined) return undefined
  const before = id === undefined ? undefined : await context.clients.findByName(id, name)
  const clientType = isPublic ? 'public' : 'confidential'
  if (before && isPublic !== undefined && before.clientType !== clientType) {
    faults.push({ path: `${path}/public`, message: `cannot be changed: the client is ${before.clientType}` })
    return undefined
  }
  const declared = { ...members, ...(dpop !== undefined && { dpopBound: dpop }) }
  const order = {
    ...before,
    ...declared,
    accountId: 0,
    name,
    clientType: before?.clientType ?? clientType,
  } as const
  const isSound = checked(
    faults,
    path,
    () => refuseContradicting(order as Parameters<typeof refuseContradicting>[0]) ?? true,
  )
  if (isSound === undefined) return undefined
  const step = { kind: 'client', account, name } as const
  if (before)
    return {
      ...step,
      ...changing(before, declared, (changes) => context.clients.edit(before.clientId, changes)),
    }
  return {
    ...step,
    done: 'create',
    async run(accountId) {
      const { clientId, clientSecret } = await context.clients.create({
        ...declared,
        name,
        clientType,
        accountId,
      })
      return { clientId, ...(clientSecret !== null && { clientSecret }) }
    },
  }
}

/** What is not declared stays as it is. */
function changing(
  before: ClientSummary,
  declared: ClientChanges,
  edit: (changes: ClientChanges) => Promise<boolean>,
): Pick<Step, 'done' | 'changed' | 'run'> {
  const changes = Object.entries(declared).filter(([name, value]) => {
    const present = before[name as keyof ClientSummary]
    return !isDeepStrictEqual(inAnyOrder(present), inAnyOrder(value))
  })
  if (changes.length === 0) return { done: 'nothing' }
  return {
    done: 'change',
    changed: changes.map(([name]) => name).sort(),
    async run() {
      await edit(Object.fromEntries(changes))
      return undefined
    },
  }
}

const inAnyOrder = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value)
