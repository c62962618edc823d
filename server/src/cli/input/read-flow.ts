import { brandNames } from '@tonegate/protocol/card/brand'
import type { WrongMember } from '../../base/problem.ts'
import { readJsonText } from '../../base/text/read-json.ts'
import { readConfiguration } from '../../payments/configurations/read-configuration.ts'
import type { ProviderFlow } from '../../vault/provider-api/flows/provider-flow.ts'
import { readProviderFlow } from '../../vault/provider-api/flows/read-provider-flow.ts'
import { Refused } from '../refused.ts'

/**
 * Reads a flow of the provider API from the text that an operator wrote.
 *
 * @throws {Refused} with every fault by its path.
 */
export function readFlow(text: string): ProviderFlow {
  const value = readJsonText(text)
  if (value === undefined) throw new Refused('The flow is not valid JSON.')
  const read = readWrittenFlow(value)
  if ('faults' in read) throw notValid(read.faults)
  return read.flow
}

/** The same of what has been parsed. Its `flow` takes what that of an account configuration takes. */
export function readWrittenFlow(
  value: unknown,
): { readonly flow: ProviderFlow } | { readonly faults: readonly WrongMember[] } {
  const read = readProviderFlow(value)
  const capture = readConfiguration({ ...anyConfiguration, flow: flowIn(value) }, brandNames)
  const faults = [...faultsIn(read), ...faultsIn(capture).filter(({ path }) => path.startsWith('/flow/'))]
  if ('faults' in read || 'faults' in capture) return { faults }
  return { flow: read.withFlow(capture.configuration.flow) }
}

/** What is around a `flow` there, and says nothing here. */
const anyConfiguration = { id: 0, name: 'flow', resultTemplate: 'cybersource', defaultCurrency: 'EUR' }

const flowIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'flow' in value ? value.flow : undefined

const faultsIn = (read: object): readonly WrongMember[] =>
  'faults' in read ? (read.faults as readonly WrongMember[]) : []

function notValid(faults: readonly WrongMember[]): Refused {
  const lines = faults.map(({ path, message }) => `  ${path} ${message}`)
  return new Refused(`The flow is not valid:\n${lines.join('\n')}`)
}
