import { isDeepStrictEqual } from 'node:util'
import type { JWK } from 'jose'
import { readJsonText } from '../../base/text/read-json.ts'
import { type ClientChanges, refuseOtherAuthentication } from '../../identity/clients/edit-client.ts'
import type { ClientSummary } from '../../identity/clients/find-client.ts'
import { type RegisteredKey, readPublicKeys } from '../../identity/clients/public-keys.ts'
import { refuseContradicting } from '../commands/clients/create-client.ts'
import { keysIn } from '../input/client-options.ts'
import { readName } from '../names.ts'
import type { DeclaredAccount, DeclaredClient } from './apply-document.ts'
import { withSecrets } from './given-secret.ts'
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
  planning: Planning,
  { name: written, public: isPublic, dpop, publicKeys: keys, ...members }: DeclaredClient,
  path: string,
): Promise<Step | undefined> {
  const { context, name: account, id, faults } = planning
  const earlier = faults.length
  const name = checked(faults, `${path}/name`, () => readName('The name', written))
  const publicKeys = keys && (await readKeys(planning, keys, `${path}/publicKeys`))
  if (name === undefined || faults.length > earlier) return undefined
  const before = id === undefined ? undefined : await context.clients.findByName(id, name)
  const clientType = isPublic ? 'public' : 'confidential'
  if (before && isPublic !== undefined && before.clientType !== clientType) {
    faults.push({ path: `${path}/public`, message: `cannot be changed: the client is ${before.clientType}` })
    return undefined
  }
  const declared = {
    ...members,
    ...(dpop !== undefined && { dpopBound: dpop }),
    ...(publicKeys && { publicKeys }),
  }
  const order = { clientType, ...before, ...declared, accountId: 0, name }
  const changes = before && differing(before, declared)
  const isSound = checked(faults, path, () => {
    refuseContradicting(order as Parameters<typeof refuseContradicting>[0])
    if (before && changes) refuseOtherAuthentication(before, changes)
    return true
  })
  if (isSound === undefined) return undefined
  const step = { kind: 'client', account, name } as const
  if (before && changes) {
    const run = async () => void (await context.clients.edit(before.clientId, changes))
    const changed = Object.keys(changes).sort()
    return changed.length === 0 ? { ...step, done: 'nothing' } : { ...step, done: 'change', changed, run }
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

/** Public keys, which stand in the document, or elsewhere. @returns undefined where one is none. */
async function readKeys(
  { context, faults }: Planning,
  written: readonly unknown[],
  path: string,
): Promise<readonly RegisteredKey[] | undefined> {
  const earlier = faults.length
  const keys: JWK[] = []
  for (const [index, each] of written.entries()) {
    const at = `${path}/${index}`
    const found = await withSecrets(context, each, { path: at, faults })
    if (found === undefined) continue
    const value = typeof found === 'string' ? readJsonText(found) : found
    keys.push(...(checked(faults, at, () => keysIn(value, 'It')) ?? []))
  }
  return faults.length > earlier ? undefined : checked(faults, path, () => readPublicKeys(keys))
}

/** What is declared otherwise than it is; what is not declared stays. */
function differing(before: ClientSummary, declared: ClientChanges): ClientChanges {
  const changes = Object.entries(declared).filter(
    ([name, value]) => !isDeepStrictEqual(inAnyOrder(before[name as keyof ClientSummary]), inAnyOrder(value)),
  )
  return Object.fromEntries(changes)
}

const inAnyOrder = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((each) => JSON.stringify(each)).sort() : value
