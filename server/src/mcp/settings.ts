import { readFileSync } from 'node:fs'
import { type RegionName, regionNames } from '../base/region.ts'
import { withoutByteOrderMark } from '../base/text/read-json.ts'
import { type AmountLimits, readAmountLimits } from './amount-limits.ts'
import { baseUrlIn } from './base-url.ts'

/** What the operator says, by environment variables. */
export interface McpSettings {
  /** Absent: the sandbox of this machine. */
  readonly remote?: { readonly url: URL; readonly clientId: string; readonly clientSecret: string }
  readonly dataFolder: string
  /** Of the sandbox; absent: its default region. */
  readonly region?: RegionName
  /** All sessions are opened for this agent; absent: the model names one. */
  readonly agentId?: string
  readonly configurationId: number
  /** Absent: any amount of any currency. */
  readonly limits?: AmountLimits
}

/** The settings cannot be used; the text names each with what is wrong with it, a line each. */
export class WrongSettings extends Error {}

/**
 * Reads the settings of the MCP server.
 *
 * @throws {WrongSettings} with all that is wrong at once, and no secret.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): McpSettings {
  const faults: string[] = []
  const text = (name: string): string => environment[name]?.trim() ?? ''
  const remote = readRemote(text, faults)
  const region = text('TONEGATE_MCP_REGION').toLowerCase()
  const known = regionNames.find((each) => each === region)
  if (region !== '' && !known) {
    faults.push(`TONEGATE_MCP_REGION is '${region}'; allowed values: ${regionNames.join(', ')}.`)
  }
  if (known && remote) faults.push('TONEGATE_MCP_REGION is for the sandbox; TONEGATE_MCP_URL has the region.')
  const limits = readAmountLimits(text('TONEGATE_MCP_MAX_AMOUNT'), faults)
  const agentId = readAgentId(text('TONEGATE_MCP_AGENT_ID'), faults)
  const configurationId = readConfigurationId(text('TONEGATE_MCP_CONFIGURATION_ID'), faults)
  if (faults.length > 0) throw new WrongSettings(faults.join('\n'))
  return {
    ...(remote && { remote }),
    dataFolder: text('TONEGATE_DATA') || './data',
    ...(known && { region: known }),
    ...(agentId && { agentId }),
    configurationId,
    ...(limits && { limits }),
  }
}

function readRemote(text: (name: string) => string, faults: string[]): McpSettings['remote'] {
  const address = text('TONEGATE_MCP_URL')
  const clientId = text('TONEGATE_MCP_CLIENT_ID')
  const clientSecret = secretIn(text, 'TONEGATE_MCP_CLIENT_SECRET', faults)
  if (address === '') {
    if (clientId !== '' || clientSecret !== '') {
      faults.push(
        'TONEGATE_MCP_CLIENT_ID and its secret need TONEGATE_MCP_URL, which says where they are for.',
      )
    }
    return undefined
  }
  const url = baseUrlIn(address)
  if (typeof url === 'string') faults.push(`TONEGATE_MCP_URL ${url}`)
  if (clientId === '') faults.push('TONEGATE_MCP_CLIENT_ID is missing: the id of a client for this server.')
  if (clientSecret === '') {
    faults.push(
      'TONEGATE_MCP_CLIENT_SECRET is missing; or set TONEGATE_MCP_CLIENT_SECRET_FILE to a file with it.',
    )
  }
  return typeof url === 'string' ? undefined : { url, clientId, clientSecret }
}

/** A secret from the variable of that name, or from the file that the one with `_FILE` names; empty where there is none. */
export function secretIn(text: (name: string) => string, name: string, faults: string[]): string {
  const secret = text(name)
  const file = text(`${name}_FILE`)
  if (file === '') return secret
  if (secret !== '') {
    faults.push(`${name} and ${name}_FILE are both set. Set only one of them.`)
    return secret
  }
  try {
    const content = withoutByteOrderMark(readFileSync(file, 'utf8')).trim()
    if (content === '') faults.push(`${name}_FILE: the file '${file}' is empty.`)
    return content || unread
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    faults.push(`${name}_FILE: the file '${file}' cannot be read${code}.`)
    return unread
  }
}

/** Stands for a secret whose fault is told already. */
const unread = 'x'.repeat(64)

function readAgentId(agentId: string, faults: string[]): string {
  if (agentId.length > maxAgentId) {
    faults.push(`TONEGATE_MCP_AGENT_ID has more than ${maxAgentId} characters.`)
  }
  return agentId
}

const maxAgentId = 255

function readConfigurationId(text: string, faults: string[]): number {
  if (/^\d{0,9}$/.test(text)) return Number(text)
  faults.push(`TONEGATE_MCP_CONFIGURATION_ID is '${text}'; it must be a whole number, 0 or more.`)
  return 0
}
