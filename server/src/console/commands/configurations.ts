import { readConfiguration } from '../../payments/read-configuration.ts'
import { brandNames } from '../../vault/fields/brand.ts'
import { command, type Office, Refused, WrongUsage } from '../command.ts'
import { accountNamed } from '../find.ts'

const account = { value: 'NAME', required: true, help: 'whose' } as const

export const listConfigurations = command({
  name: 'configuration list',
  summary: 'List the account configurations of an account: how it takes payments',
  options: { account },
  async run(office, given) {
    const { id } = await accountNamed(office, given.account)
    const rows = (await office.configurations.list(id)).map((configuration) => ({
      id: configuration.id,
      name: configuration.name,
      gateway: configuration.flow.gateway,
      resultTemplate: configuration.resultTemplate,
    }))
    return { kind: 'listed', rows, none: 'There are no configurations, so that no payment can be taken.' }
  },
})

export const showConfiguration = command({
  name: 'configuration show',
  summary: 'Show an account configuration as JSON, as ‘configuration put’ takes it',
  argument: { name: 'id', help: 'the accountConfigurationId of the Payment API' },
  options: { account },
  async run(office, given, argument) {
    return {
      kind: 'document',
      data: (await configurationNumbered(office, given.account, argument)).configuration,
    }
  },
})

export const showCallbackUrl = command({
  name: 'configuration callback-url',
  summary: 'Show where the provider of an account configuration sends callbacks to; the URL is a secret',
  argument: { name: 'id', help: 'the accountConfigurationId of the Payment API' },
  options: { account },
  async run(office, given, argument) {
    const { accountId, configuration } = await configurationNumbered(office, given.account, argument)
    const { id: configurationId, provider } = configuration
    if (!provider) throw new Refused(`The configuration ${configurationId} names no provider of its own.`)
    const { generation } = provider.callback
    const callbackUrl = office.callbackUrl({ accountId, configurationId, generation })
    return { kind: 'done', text: callbackUrl, data: { callbackUrl } }
  },
})

async function configurationNumbered(office: Office, account: string, argument: string) {
  const { id: accountId, name } = await accountNamed(office, account)
  const wanted = /^\d{1,10}$/.test(argument) ? Number(argument) : undefined
  if (wanted === undefined) throw new WrongUsage(`'${argument}' is no id: a whole number, 0 or more.`)
  const configuration = (await office.configurations.list(accountId)).find((each) => each.id === wanted)
  if (configuration === undefined) throw new Refused(`The account '${name}' has no configuration ${wanted}.`)
  return { accountId, configuration }
}

export const putConfiguration = command({
  name: 'configuration put',
  summary: 'Make or replace an account configuration; in force within a second',
  argument: { name: 'file', help: 'JSON; - reads what is piped in' },
  options: { account },
  async run(office, given, argument) {
    const { id: accountId, name } = await accountNamed(office, given.account)
    const read = readConfiguration(parseJson(await office.readText(argument)), brandNames, office.mode)
    if ('faults' in read) {
      const faults = read.faults.map(({ path, message }) => `  ${path} ${message}`)
      throw new Refused(`The configuration is not valid:\n${faults.join('\n')}`)
    }
    const { configuration } = read
    await office.configurations.put(accountId, configuration)
    const text = `The account '${name}' has the configuration ${configuration.id}, '${configuration.name}'.`
    return { kind: 'done', text, data: configuration }
  },
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused('The configuration is not JSON.')
  }
}
