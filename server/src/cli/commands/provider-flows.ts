import type { ProviderFlow } from '../../vault/provider-api/flows/provider-flow.ts'
import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { readFlow } from '../input/read-flow.ts'
import { Refused, WrongUsage } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'the account' } as const
const argument = { name: 'id', help: 'the FlowId of the provider contract' }

export const putProviderFlow = command({
  name: 'provider-flow put',
  summary: 'Create or replace a flow of the provider contract; takes effect with the next launch',
  argument: { name: 'file', help: 'JSON; - reads standard input' },
  options: { account },
  async run(context, given, file) {
    const { id: tenant, name } = await accountNamed(context, given.account)
    const flow = readFlow(await context.readText(file))
    const { newSigningSecret } = await context.provider.flows.put(tenant, flow)
    if (newSigningSecret === undefined) {
      const text = `The account '${name}' has the flow ${flow.id}, '${flow.name}'.`
      return { kind: 'done', text, data: flow }
    }
    return {
      kind: 'shown',
      data: { tenant, flowId: flow.id, name: flow.name, signingSecret: newSigningSecret },
      note: 'Callbacks are signed with this secret. It is shown only once and stays the same when the flow is replaced. Store it now.',
    }
  },
})

export const listProviderFlows = command({
  name: 'provider-flow list',
  summary: 'List an account’s flows of the provider contract',
  options: { account },
  async run(context, given) {
    const { id: tenant } = await accountNamed(context, given.account)
    const rows = (await context.provider.flows.list(tenant)).map(({ id, name, entry, flow, callback }) => ({
      id,
      name,
      entry,
      gateway: flow.gateway,
      callback: callback === undefined ? null : 'url' in callback.to ? callback.to.url : callback.to.member,
    }))
    return { kind: 'listed', rows, none: 'No flows yet: sessions cannot be launched.' }
  },
})

export const showProviderFlow = command({
  name: 'provider-flow show',
  summary: 'Show a flow of the provider contract as JSON, in the form that ‘provider-flow put’ reads',
  argument,
  options: { account },
  async run(context, given, typed) {
    const { id: tenant, name } = await accountNamed(context, given.account)
    const id = readId(typed)
    const found = (await context.provider.flows.list(tenant)).find((flow) => flow.id === id)
    if (found === undefined) throw new Refused(`The account '${name}' has no flow ${id}.`)
    return { kind: 'document', data: asWritten(found) }
  },
})

/** A link that lies unread as long as it lives is the usual one, and longer than what may be written of a flow. */
function asWritten({ flow: { idleSeconds, ...flow }, ...found }: ProviderFlow): object {
  const isUsual = found.entry === 'link' && idleSeconds === found.lifetimeSeconds
  return { ...found, flow: isUsual ? flow : { idleSeconds, ...flow } }
}

export const deleteProviderFlow = command({
  name: 'provider-flow delete',
  summary: 'Delete a flow of the provider contract; sessions launched with it continue',
  argument,
  options: { account, yes },
  async run(context, given, typed) {
    const { id: tenant, name } = await accountNamed(context, given.account)
    const id = readId(typed)
    requireYes(given, `The flow ${id} would be deleted; new sessions could not be launched with it`)
    const isDeleted = await context.provider.flows.remove(tenant, id)
    if (!isDeleted) throw new Refused(`The account '${name}' has no flow ${id}.`)
    return { kind: 'done', text: `The flow ${id} was deleted.`, data: { tenant, flowId: id, deleted: true } }
  },
})

function readId(typed: string): number {
  if (/^\d{1,10}$/.test(typed)) return Number(typed)
  throw new WrongUsage(`'${typed}' is not a flow id. Use a whole number, 0 or more.`)
}
