import { readWrittenFlow } from '../input/read-flow.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { faultsBelow, type Planning, refuseTwice, type Step } from './step.ts'

/** Flows of the provider contract, as `provider-flow put` reads them. What signs their callbacks is made here, and shown once. */
export async function planProviderFlows(
  { context: { provider }, name: account, id, path, faults }: Planning,
  { providerFlows = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const stored = id === undefined ? [] : await provider.flows.list(id)
  const steps: Step[] = []
  for (const [index, written] of providerFlows.entries()) {
    const read = readWrittenFlow(written)
    if ('faults' in read) {
      faults.push(...faultsBelow(`${path}/providerFlows/${index}`, read.faults))
      continue
    }
    // As it will be once it has been written down.
    const flow: typeof read.flow = JSON.parse(JSON.stringify(read.flow))
    const before = stored.find((each) => each.id === flow.id)
    const changed = before ? changedMembers(before, flow) : []
    steps.push({
      ...{ kind: 'provider flow', account, name: `${flow.id} ${flow.name}`, changed },
      done: before === undefined ? 'create' : changed.length > 0 ? 'change' : 'nothing',
      async run(accountId) {
        const { newSigningSecret } = await provider.flows.put(accountId, flow)
        return newSigningSecret === undefined ? undefined : { signingSecret: newSigningSecret }
      },
    })
  }
  const ids = providerFlows.map((each) => String((each as { readonly id?: unknown } | null)?.id))
  refuseTwice(faults, `${path}/providerFlows`, ids)
  return steps
}
