import { isThisMachine } from '../base-url.ts'
import { type McpSettings, secretIn, WrongSettings } from '../settings.ts'

/** Where the server listens, and for whom. */
export interface HttpSettings {
  readonly host: string
  readonly port: number
  /** What clients send as a bearer token. Absent: nobody but this machine reaches the server, and no real money. */
  readonly secret?: string
  /** The names and addresses that it is reached by, without ports. */
  readonly names: readonly string[]
}

const minSecret = 32
const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * Reads `8090`, `0.0.0.0:8090` or `[::1]:8090`, and the variables that go with it.
 *
 * @throws {WrongSettings} with all that is wrong at once, and no secret.
 */
export function readHttpSettings(
  place: string,
  environment: Readonly<Record<string, string | undefined>>,
  { remote }: Pick<McpSettings, 'remote'>,
): HttpSettings {
  const faults: string[] = []
  const text = (name: string): string => environment[name]?.trim() ?? ''
  const [, host = '127.0.0.1', digits = ''] =
    /^(?:([^\s:/[\]]+|\[[0-9a-f:.]+\]):)?(\d{1,5})$/i.exec(place) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535) faults.push(`--http is '${place}'; write it like 8090 or 0.0.0.0:8090.`)
  const secret = secretIn(text, 'TONEGATE_MCP_HTTP_SECRET', faults)
  if (secret !== '' && secret.length < minSecret)
    faults.push(`TONEGATE_MCP_HTTP_SECRET has fewer than ${minSecret} characters.`)
  const given = readNames(text('TONEGATE_MCP_HTTP_NAMES'), faults)
  const isNear = isThisMachine(host)
  if (secret === '' && (remote || !isNear)) faults.push(needsSecret)
  if (!isNear && given.length === 0) faults.push(needsNames)
  if (faults.length > 0) throw new WrongSettings(faults.join('\n'))
  return {
    ...{ host: host.replace(/^\[|\]$/g, ''), port },
    ...(secret !== '' && { secret }),
    names: [...loopback, ...(isNear ? [host] : []), ...given],
  }
}

const needsSecret =
  'TONEGATE_MCP_HTTP_SECRET is missing: without it, only a sandbox is served, and only to this machine. ' +
  'Make one with: openssl rand -hex 32, or set TONEGATE_MCP_HTTP_SECRET_FILE to a file with it.'

const needsNames =
  'TONEGATE_MCP_HTTP_NAMES is missing: the names that clients reach this server by, such as mcp.example.com.'

function readNames(text: string, faults: string[]): readonly string[] {
  if (text === '') return []
  const names = text.split(',').map((each) => each.trim())
  const wrong = names.find((each) => URL.parse(`http://${each}`)?.host !== each)
  if (wrong === undefined) return names
  faults.push(
    `TONEGATE_MCP_HTTP_NAMES: '${wrong}' is not a name in small letters without a port, like mcp.example.com.`,
  )
  return []
}
