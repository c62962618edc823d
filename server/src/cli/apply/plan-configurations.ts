import { brandNames } from '@tonegate/protocol/card/brand'
import { readConfiguration } from '../../payments/configurations/read-configuration.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { faultsBelow, type Planning, refuseTwice, type Step } from './step.ts'

/** Account configurations, as `configuration put` reads them. */
export async function planConfigurations(
  { context, name: account, id, path, faults }: Planning,
  { configurations = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const stored = id === undefined ? [] : await context.configurations.list(id)
  const steps: Step[] = []
  for (const [index, written] of configurations.entries()) {
    const read = readConfiguration(written, brandNames, context.mode)
    if ('faults' in read) {
      faults.push(...faultsBelow(`${path}/configurations/${index}`, read.faults))
      continue
    }
    // As it will be once it has been written down.
    const configuration: typeof read.configuration = JSON.parse(JSON.stringify(read.configuration))
    const before = stored.find((each) => each.id === configuration.id)
    const changed = before ? changedMembers(before, configuration) : []
    steps.push({
      ...{ kind: 'configuration', account, name: `${configuration.id} ${configuration.name}`, changed },
      done: before === undefined ? 'create' : changed.length > 0 ? 'change' : 'nothing',
      async run(accountId) {
        await context.configurations.put(accountId, configuration)
        return undefined
      },
    })
  }
  const ids = configurations.map((each) => String((each as { readonly id?: unknown } | null)?.id))
  refuseTwice(faults, `${path}/configurations`, ids)
  return steps
}
