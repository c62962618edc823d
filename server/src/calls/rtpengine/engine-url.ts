import { BlockList, isIP } from 'node:net'

/** An IP address and a port. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Where one rtpengine is. */
export interface EngineAddress {
  /** Its NG protocol over UDP (`--listen-ng`): commands. */
  readonly ng: Endpoint
  /** Its NG protocol over TCP (`--listen-tcp-ng`, with `--dtmf-log-ng-tcp`): the keys. */
  readonly tcp: Endpoint
  /** Where this process listens for the engine's log of keys (`--dtmf-log-dest`); null where there is none. */
  readonly log: Endpoint | null
}

/** What is wrong with the text that should say where an engine is. */
export class EngineUrlFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'EngineUrlFault'
  }
}

/**
 * Reads where an engine is: `udp://10.0.0.5:22223?tcp=22225`. Parameters:
 *
 * - `tcp` (required): a port of the same address, or `address:port`.
 * - `log`: `address:port` of this machine, to which the engine sends its log of keys.
 * - `addresses=any`: takes public addresses too, which are refused otherwise: whoever reaches the engine gets every key
 *   of every call, without a password. For links that are encrypted by other means.
 *
 * @throws {EngineUrlFault} with what is wrong, for whoever wrote the text.
 */
export function readEngineUrl(text: string): EngineAddress {
  const url = URL.parse(text)
  if (url?.protocol !== 'udp:') throw new EngineUrlFault('An engine’s URL must begin with udp://.')
  if (url.username || url.password || url.hash || !['', '/'].includes(url.pathname)) {
    throw new EngineUrlFault('An engine’s URL must have an address, a port and parameters, and nothing else.')
  }
  const parameters = parametersOf(url)
  const allowed = allowedAddresses(parameters.get('addresses'))
  const ng = readEndpoint(url.host, 'The address')
  const tcp = readTcp(parameters.get('tcp'), ng.host)
  const log = parameters.has('log') ? readEndpoint(parameters.get('log') ?? '', 'log') : null
  for (const endpoint of [ng, tcp, ...(log ? [log] : [])]) requirePrivate(endpoint, allowed)
  return { ng, tcp, log }
}

/** An endpoint as it is written in a URL, and in the log. */
export const endpointText = ({ host, port }: Endpoint): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`

const known = ['tcp', 'log', 'addresses']

function parametersOf({ searchParams }: URL): ReadonlyMap<string, string> {
  const names = [...searchParams.keys()]
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new EngineUrlFault(`An engine’s URL has no parameter ${unknown}.`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new EngineUrlFault(`The parameter ${twice} must be written once.`)
  return new Map(searchParams)
}

function allowedAddresses(text: string | undefined): 'private' | 'any' {
  if (text === undefined) return 'private'
  if (text === 'any') return 'any'
  throw new EngineUrlFault('The parameter addresses can only be any.')
}

function readTcp(text: string | undefined, host: string): Endpoint {
  if (text === undefined) {
    throw new EngineUrlFault(
      'The parameter tcp is missing: the port of --listen-tcp-ng, where keys come from.',
    )
  }
  return /^\d+$/.test(text) ? { host, port: readPort(text, 'tcp') } : readEndpoint(text, 'tcp')
}

function readEndpoint(text: string, what: string): Endpoint {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined) throw new EngineUrlFault(`${what} must be an IP address and a port.`)
  if (isIP(host) !== (bracketed === undefined ? 4 : 6) || host.includes('%')) {
    throw new EngineUrlFault(`${what} must be an IP address: a name could come to lead elsewhere.`)
  }
  return { host, port: readPort(port, what) }
}

function readPort(text: string, what: string): number {
  const port = Number(text)
  if (port >= 1 && port <= 65_535) return port
  throw new EngineUrlFault(`${what} must have a port from 1 to 65535.`)
}

const privateAddresses = {
  ipv4: ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ipv6: ['::1/128', 'fc00::/7'],
} as const

const privateOnes = { ipv4: blockListOf('ipv4'), ipv6: blockListOf('ipv6') }

function blockListOf(family: keyof typeof privateAddresses): BlockList {
  const list = new BlockList()
  for (const range of privateAddresses[family]) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

function requirePrivate({ host }: Endpoint, allowed: 'private' | 'any'): void {
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  if (allowed === 'any' || privateOnes[family].check(host, family)) return
  throw new EngineUrlFault(
    'An engine’s addresses must be loopback or private: everybody who can reach it gets the keys of every call. ' +
      'If the link is protected by other means, add addresses=any.',
  )
}
