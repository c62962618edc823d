import type { ProviderFlow } from '../../vault/provider-api/flows/provider-flow.ts'
import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { readFlow } from '../input/read-flow.ts'
import { Refused, WrongUsage } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'whose' } as const
const argument = { name: 'id', help: 'the FlowId of the provider contract' }

export const putProviderFlow = command({
  name: 'provider-flow put',
  summary: 'Make or replace a flow of the provider contract; in force for the next launch',
  argument: { name: 'file', help: 'JSON; - reads what is piped in' },
  options: { account },
  async run(office, given, file) {
    const { id: tenant, name } = await accountNamed(office, given.account)
    const flow = readFlow(await office.readText(file))
    const { newSigningSecret } = await office.provider.flows.put(tenant, flow)
    if (newSigningSecret === undefined) {
      const text = `The account '${name}' has the flow ${flow.id}, '${flow.name}'.`
      return { kind: 'done', text, data: flow }
    }
    return {
      kind: 'shown',
      data: { tenant, flowId: flow.id, name: flow.name, signingSecret: newSigningSecret },
      note: 'Callbacks are signed with the secret. It is shown this once, and stays when the flow is replaced.',
    }
  },
})

export const listProviderFlows = command({
  name: 'provider-flow list',
  summary: 'List the flows of the provider contract of an account',
  options: { account },
  async run(office, given) {
    const { id: tenant } = await accountNamed(office, given.account)
    const rows = (await office.provider.flows.list(tenant)).map(({ id, name, entry, flow, callback }) => ({
      ...{ id, name, entry, gateway: flow.gateway },
      callback: callback === undefined ? null : 'url' in callback.to ? callback.to.url : callback.to.member,
    }))
    return { kind: 'listed', rows, none: 'There are no flows, so that nothing can be launched.' }
  },
})

export const showProviderFlow = command({
  name: 'provider-flow show',
  summary: 'Show a flow of the provider contract as JSON, as ‘provider-flow put’ takes it',
  argument,
  options: { account },
  async run(office, given, typed) {
    const { id: tenant, name } = await accountNamed(office, given.account)
    const id = readId(typed)
    const found = (await office.provider.flows.list(tenant)).find((flow) => flow.id === id)
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
  summary: 'Delete a flow of the provider contract; sessions that were launched with it go on',
  argument,
  options: { account, yes },
  async run(office, given, typed) {
    const { id: tenant, name } = await accountNamed(office, given.account)
    const id = readId(typed)
    requireYes(given, `Nothing can be launched with the flow ${id} any more`)
    const isDeleted = await office.provider.flows.remove(tenant, id)
    if (!isDeleted) throw new Refused(`The account '${name}' has no flow ${id}.`)
    return { kind: 'done', text: `The flow ${id} was deleted.`, data: { tenant, flowId: id, deleted: true } }
  },
})

function readId(typed: string): number {
  if (/^\d{1,10}$/.test(typed)) return Number(typed)
  throw new WrongUsage(`'${typed}' is no id: a whole number, 0 or more.`)
}
