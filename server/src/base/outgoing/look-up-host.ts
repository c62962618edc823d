import { promises as dns } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'

/** A host's address, and whether it is of IPv4 or of IPv6. */
export interface HostAddress {
  readonly address: string
  readonly family: number
}

/** A name's addresses. Rejects when it has none, or when nobody says in time. */
export type LookUpHost = (host: string) => Promise<readonly HostAddress[]>

const hostsFile = '/etc/hosts'
/** Of one question to one name server, and how often it is asked. */
const patience = { timeout: 2_000, tries: 2 }

/**
 * Looks a name up in the hosts file, then by DNS, and only when both know nothing of it as the system does. The system's
 * own look-up (`getaddrinfo`) holds one of two threads that the whole process shares until it is answered: two names
 * whose servers are silent would keep everybody from looking anything up, charges included.
 *
 * @param servers name servers with their ports; the system's unless said.
 */
export function createLookUpHost({
  servers,
  readHosts = () => readFile(hostsFile, 'utf8'),
  lookUpAsSystem = (host) => systemLookup(host, { all: true }),
}: {
  readonly servers?: readonly string[]
  readonly readHosts?: () => Promise<string>
  readonly lookUpAsSystem?: LookUpHost
} = {}): LookUpHost {
  const resolver = new dns.Resolver(patience)
  if (servers) resolver.setServers([...servers])

  async function byDns(host: string): Promise<readonly HostAddress[]> {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = [...addressesOf(four, 4), ...addressesOf(six, 6)]
    if (found.length > 0) return found
    for (const answer of [four, six])
      if (answer.status === 'rejected' && isSilent(answer.reason)) throw answer.reason
    return []
  }

  return async (host) => {
    const written = addressesIn(await readHosts().catch(() => ''), host)
    if (written.length > 0) return written
    const found = await byDns(host)
    return found.length > 0 ? found : lookUpAsSystem(host)
  }
}

function addressesOf(answer: PromiseSettledResult<readonly string[]>, family: 4 | 6): readonly HostAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []
}

/** No server has said that there is no such name. */
const isSilent = ({ code }: { readonly code?: string }): boolean =>
  code === 'ETIMEOUT' || code === 'ESERVFAIL'

/** What a hosts file says of a name: a line is an address and its names, and `#` begins a comment. */
function addressesIn(hosts: string, host: string): readonly HostAddress[] {
  const name = host.toLowerCase().replace(/\.$/, '')
  return hosts.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/)
    return names.includes(name) ? [{ address, family: address.includes(':') ? 6 : 4 }] : []
  })
}
