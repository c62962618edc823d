import type { WrongMember } from '../../base/problem.ts'
import { readJsonText } from '../../base/text/read-json.ts'
import type { AdminContext } from '../command.ts'
import { readAccountName } from '../commands/create-account.ts'
import { Refused } from '../refused.ts'
import { type ApplyDocument, type DeclaredAccount, documentFaults, isDocument } from './apply-document.ts'
import { planClients } from './plan-clients.ts'
import { planConfigurations } from './plan-configurations.ts'
import { planGateways } from './plan-gateways.ts'
import { planPlatforms } from './plan-platforms.ts'
import { planProviderClients } from './plan-provider-clients.ts'
import { planProviderFlows } from './plan-provider-flows.ts'
import { planSecrets } from './plan-secrets.ts'
import { planUsers } from './plan-users.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

/** An account and its steps, in the order in which they are done. */
export interface PlannedAccount {
  readonly own: Step
  readonly id: number | undefined
  readonly steps: readonly Step[]
}

/**
 * What has to be done so that a region is as a document declares it.
 *
 * @throws {Refused} with all that is wrong with the document.
 */
export async function plan(context: AdminContext, text: string): Promise<readonly PlannedAccount[]> {
  const written = readJsonText(text)
  if (written === undefined) throw new Refused('The file is not valid JSON.')
  if (!isDocument(written)) throw notValid(documentFaults(written))
  const faults: WrongMember[] = []
  refuseTwice(
    faults,
    '/accounts',
    written.accounts.map(({ name }) => name),
  )
  const planned: PlannedAccount[] = []
  for (const [index, account] of written.accounts.entries()) {
    planned.push(await planAccount(context, account, { path: `/accounts/${index}`, faults }))
  }
  if (faults.length === 0) faults.push(...twiceInRegion(written))
  if (faults.length > 0) throw notValid(faults)
  return planned
}

/** Names that are those of a region, whichever account has them. */
function twiceInRegion({ accounts }: ApplyDocument): readonly WrongMember[] {
  const names = accounts.flatMap(({ users = [], providerClients = [] }) => [
    ...users.map(({ username }) => `username ${username.toLowerCase()}`),
    ...providerClients.map(({ clientId }) => `provider client ${clientId}`),
  ])
  const twice = names.filter((name, index) => names.indexOf(name) < index)
  return twice.map((name) => ({ path: '/accounts', message: `have the ${name} twice` }))
}

async function planAccount(
  context: AdminContext,
  declared: DeclaredAccount,
  { path, faults }: { readonly path: string; readonly faults: WrongMember[] },
): Promise<PlannedAccount> {
  const name = checked(faults, `${path}/name`, () => readAccountName(context, declared.name)) ?? declared.name
  const before = await context.accounts.findByName(name)
  const { production = before?.production ?? false } = declared
  if (before && before.production !== production)
    faults.push({ path: `${path}/production`, message: `cannot be changed: it is ${before.production}` })
  if (before && declared.number !== undefined && before.id !== declared.number)
    faults.push({ path: `${path}/number`, message: `cannot be changed: it is ${before.id}` })
  const id = declared.number === undefined ? {} : { id: declared.number }
  const planning: Planning = { context, name, id: before?.id, path, faults }
  const own = { kind: 'account', account: name, name } as const
  return {
    id: before?.id,
    own: before
      ? { ...own, done: 'nothing' }
      : {
          ...own,
          done: 'create',
          async run() {
            return { id: String((await context.accounts.create({ name, production, ...id })).id) }
          },
        },
    steps: [
      ...(await planSecrets(planning, declared)),
      ...(await planGateways(planning, declared)),
      ...(await planConfigurations(planning, declared)),
      ...(await planClients(planning, declared)),
      ...(await planUsers(planning, declared)),
      ...(await planPlatforms(planning, declared)),
      ...(await planProviderClients(planning, declared)),
      ...(await planProviderFlows(planning, declared)),
    ],
  }
}

/** A sentence of its own stands behind a colon. */
function notValid(faults: readonly WrongMember[]): Refused {
  const lines = faults.map(
    ({ path, message }) => `  ${path}${/^[^a-z]|\.$/.test(message) ? ':' : ''} ${message}`,
  )
  return new Refused(`The file is not valid, and nothing was changed:\n${lines.join('\n')}`)
}
