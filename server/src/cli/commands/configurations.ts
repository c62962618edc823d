import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { configurationIn, configurationNumbered } from '../find-configuration.ts'
import { Refused } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'the account' } as const

export const listConfigurations = command({
  name: 'configuration list',
  summary: 'List the account configurations of an account',
  options: { account },
  async run(context, given) {
    const { id } = await accountNamed(context, given.account)
    const rows = (await context.configurations.list(id)).map((configuration) => ({
      id: configuration.id,
      name: configuration.name,
      gateway: configuration.flow.gateway,
      resultTemplate: configuration.resultTemplate,
    }))
    return { kind: 'listed', rows, none: 'No configurations yet: payments are not possible.' }
  },
})

export const showConfiguration = command({
  name: 'configuration show',
  summary: 'Show an account configuration as JSON, in the form that ‘configuration put’ reads',
  argument: { name: 'id', help: 'the accountConfigurationId of the Payment API' },
  options: { account },
  async run(context, given, argument) {
    const { id, name } = await accountNamed(context, given.account)
    return { kind: 'document', data: await configurationNumbered(context, { id, name }, argument) }
  },
})

export const showCallbackUrl = command({
  name: 'configuration callback-url',
  summary: 'Show the callback URL for the provider of an account configuration; the URL is a secret',
  argument: { name: 'id', help: 'the accountConfigurationId of the Payment API' },
  options: { account },
  async run(context, given, argument) {
    const owner = await accountNamed(context, given.account)
    const { id: configurationId, provider } = await configurationNumbered(context, owner, argument)
    if (!provider) throw new Refused(`The configuration ${configurationId} does not name a provider.`)
    const { generation } = provider.callback
    const callbackUrl = context.callbackUrl({ accountId: owner.id, configurationId, generation })
    return { kind: 'done', text: callbackUrl, data: { callbackUrl } }
  },
})

export const putConfiguration = command({
  name: 'configuration put',
  summary: 'Create or replace an account configuration; takes effect within a second',
  argument: { name: 'file', help: 'JSON; - reads standard input' },
  options: { account },
  async run(context, given, argument) {
    const { id: accountId, name } = await accountNamed(context, given.account)
    const configuration = await configurationIn(context, argument)
    await context.configurations.put(accountId, configuration)
    const text = `The account '${name}' has the configuration ${configuration.id}, '${configuration.name}'.`
    return { kind: 'done', text, data: configuration }
  },
})
