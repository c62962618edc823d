import { brandNames } from '@tonegate/protocol/card/brand'
import type { WrongMember } from '../base/problem.ts'
import { readJsonText } from '../base/text/read-json.ts'
import type { AccountConfiguration } from '../payments/configurations/account-configuration.ts'
import { readConfiguration } from '../payments/configurations/read-configuration.ts'
import type { AdminContext } from './command.ts'
import { Refused, WrongUsage } from './refused.ts'

/**
 * A configuration of an account.
 *
 * @throws {Refused} when there is none with this id, {@link WrongUsage} when it is no id.
 */
export async function configurationNumbered(
  context: AdminContext,
  { id, name }: { readonly id: number; readonly name: string },
  argument: string,
): Promise<AccountConfiguration> {
  const wanted = /^\d{1,10}$/.test(argument) ? Number(argument) : undefined
  if (wanted === undefined)
    throw new WrongUsage(`'${argument}' is not a configuration id. Use a whole number, 0 or more.`)
  const found = (await context.configurations.list(id)).find((each) => each.id === wanted)
  if (found === undefined) throw new Refused(`The account '${name}' has no configuration ${wanted}.`)
  return found
}

/**
 * The configuration in a file.
 *
 * @throws {Refused} with every fault by its path.
 */
export async function configurationIn(context: AdminContext, file: string): Promise<AccountConfiguration> {
  const written = parseJson(await context.readText(file), 'configuration')
  const read = readConfiguration(written, brandNames, context.mode)
  if ('configuration' in read) return read.configuration
  throw notValid('configuration', read.faults)
}

/** Says of a file what is wrong with it. */
export function notValid(what: string, faults: readonly WrongMember[]): Refused {
  const lines = faults.map(({ path, message }) => `  ${path} ${message}`)
  return new Refused(`The ${what} is not valid:\n${lines.join('\n')}`)
}

/** @throws {Refused} when a file is not JSON. */
export function parseJson(text: string, what: string): unknown {
  const value = readJsonText(text)
  if (value === undefined) throw new Refused(`The ${what} is not valid JSON.`)
  return value
}
