import { isDeepStrictEqual } from 'node:util'
import { gatewaySettingsFaults } from '../../vault/gateways/accounts/read-gateway-settings.ts'
import { kindNamed, readGatewayName } from '../commands/gateways.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { withSecrets } from './given-secret.ts'
import { checked, faultsBelow, type Planning, refuseTwice, type Step } from './step.ts'

type DeclaredGateway = NonNullable<DeclaredAccount['gateways']>[number]

/** Gateways, whose credentials stand elsewhere. */
export async function planGateways(
  planning: Planning,
  { gateways = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const { path, faults } = planning
  refuseTwice(
    faults,
    `${path}/gateways`,
    gateways.map(({ name }) => name),
  )
  const steps: Step[] = []
  for (const [index, gateway] of gateways.entries()) {
    const step = await planGateway(planning, gateway, `${path}/gateways/${index}`)
    if (step) steps.push(step)
  }
  return steps
}

async function planGateway(
  { context, name: account, id, faults }: Planning,
  { name, kind: kindName, settings: written }: DeclaredGateway,
  path: string,
): Promise<Step | undefined> {
  const { book, plainHttp } = context.gateways
  const before = faults.length
  checked(faults, `${path}/name`, () => readGatewayName(name))
  const kind = checked(faults, `${path}/kind`, () => kindNamed(context, kindName))
  const settings = await withSecrets(context, written, { path: `${path}/settings`, faults })
  if (!kind || faults.length > before) return undefined
  const wrong = gatewaySettingsFaults(kind, settings, plainHttp)
  faults.push(...faultsBelow(`${path}/settings`, wrong))
  if (wrong.length > 0) return undefined
  const row = id === undefined ? undefined : await book.find(id, name)
  const stored = row && id !== undefined && book.open(id, name, row.sealed_settings)
  const step = { kind: 'gateway', account, name } as const
  if (row?.kind === kindName && isDeepStrictEqual(stored, settings)) return { ...step, done: 'nothing' }
  return {
    ...step,
    done: row ? 'change' : 'create',
    ...(stored && {
      changed: row?.kind === kindName ? changedMembers(stored, settings as object) : ['kind'],
    }),
    async run(accountId) {
      await book.put(accountId, name, kindName, settings as object)
      return undefined
    },
  }
}
