import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { RegionName } from '../base/region.ts'
import { readJson } from '../base/text/read-json.ts'
import type { McpSettings } from './settings.ts'
import { ToolFault } from './tool-fault.ts'

/** Where requests go, and in whose name. */
export interface Target {
  readonly tokenUrl: URL
  /** `…/v1/session` below it is a session. */
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Where the settings lead. The sandbox’s file is read each time, since a sandbox that was started again may have
 * another port.
 *
 * @throws {ToolFault} where there is no sandbox.
 */
export function findTarget({ remote, dataFolder, region }: McpSettings): Target {
  if (!remote) return sandboxTarget(dataFolder, region)
  const { url, clientId, clientSecret } = remote
  return {
    tokenUrl: new URL('/auth/connect/token', url),
    apiUrl: new URL('/globalpci', apiOrigin(url)).href,
    clientId,
    clientSecret,
  }
}

/** `nam.example.com` has its API at `nam.api.example.com` (contract/authentication §1); an address is both. */
function apiOrigin({ protocol, hostname, host, origin }: URL): string {
  const [region = '', ...domain] = host.split('.')
  const hasNames = !isIP(hostname.replace(/^\[|\]$/g, '')) && domain.length > 0
  return hasNames ? `${protocol}//${region}.api.${domain.join('.')}` : origin
}

interface SandboxEntry {
  readonly tokenUrl: string
  readonly apiUrl: string
  readonly clients?: readonly {
    readonly clientId: string
    readonly clientSecret?: string
    readonly flows?: readonly string[]
  }[]
}

function sandboxTarget(dataFolder: string, region: RegionName | undefined): Target {
  const file = join(dataFolder, 'sandbox.json')
  const missing = new ToolFault(
    `There is no sandbox with its data in ${resolve(dataFolder)}.`,
    'Start one, with: tonegate sandbox (or set TONEGATE_MCP_URL for another Tonegate).',
  )
  const content = readSandbox(file)
  if (!content) throw missing
  const entry = content.regions?.[region ?? content.default]
  if (!entry)
    throw new ToolFault(`The sandbox has no region ${region}.`, 'Set TONEGATE_MCP_REGION to one it has.')
  const client = entry.clients?.find(
    ({ flows, clientSecret }) => clientSecret && flows?.includes('client_credentials'),
  )
  if (!client?.clientSecret) throw missing
  const { clientId, clientSecret } = client
  return { tokenUrl: new URL(entry.tokenUrl), apiUrl: entry.apiUrl, clientId, clientSecret }
}

interface SandboxContent {
  readonly default: string
  readonly regions?: Readonly<Record<string, SandboxEntry>>
}

function readSandbox(file: string): SandboxContent | undefined {
  try {
    return readJson(readFileSync(file)) as SandboxContent | undefined
  } catch {
    return undefined
  }
}
