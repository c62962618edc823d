import type { Outcome } from '@tonegate/protocol/outcome'
import { Problem } from '../../base/problem.ts'
import type { AccountConfiguration } from '../../payments/configurations/account-configuration.ts'
import type { ResultKeys } from '../../payments/results/paid.ts'
import { outcomes, previewResult } from '../../payments/results/preview-result.ts'
import { readSample } from '../../payments/results/read-sample.ts'
import { type AdminContext, command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { configurationIn, configurationNumbered, notValid, parseJson } from '../find-configuration.ts'
import { WrongUsage } from '../refused.ts'

export const previewConfiguration = command({
  name: 'configuration preview',
  summary: 'Show an example of the paymentResultData that payments of a configuration have',
  argument: { name: 'id', help: 'the account of the configuration; not with --file', optional: true },
  options: {
    account: { value: 'NAME', help: 'the account' },
    file: { value: 'FILE', help: 'a configuration file, which need not be stored; - reads standard input' },
    outcome: {
      value: 'OUTCOME',
      choices: outcomes,
      help: 'the outcome of the payment; default: approved',
    },
    sample: {
      value: 'FILE',
      help: 'JSON with the paymentData sent and the details that the gateway returns',
    },
  },
  async run(context, { account, file, outcome = 'approved', sample }, id) {
    const configuration = await chosen(context, { account, file, id })
    const example = sample === undefined ? {} : parseJson(await context.readText(sample), 'sample')
    return { kind: 'document', data: preview(configuration, outcome, example) }
  },
})

/** A configuration is of an account, or in a file. */
async function chosen(
  context: AdminContext,
  {
    account,
    file,
    id,
  }: { readonly account: string | undefined; readonly file: string | undefined; readonly id: string },
): Promise<AccountConfiguration> {
  if (file !== undefined) {
    if (id !== '' || account !== undefined)
      throw new WrongUsage('--file cannot be combined with an id or --account.')
    return configurationIn(context, file)
  }
  if (id === '' || account === undefined) {
    throw new WrongUsage('No configuration was given. Give its id and --account NAME, or --file FILE.')
  }
  return configurationNumbered(context, await accountNamed(context, account), id)
}

function preview(configuration: AccountConfiguration, outcome: Outcome, example: unknown): ResultKeys {
  try {
    return previewResult(configuration, { ...readSample(example), outcome })
  } catch (error) {
    if (error instanceof Problem && error.options.errors) throw notValid('sample', error.options.errors)
    throw error
  }
}
