import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../clock.ts'
import { type AddressRules, lookupForConnection, refusePrivateLiteral } from './checked-look-up.ts'
import { type Connections, exchange } from './exchange.ts'
import { createLookUpHost } from './look-up-host.ts'
import type { Outgoing, OutgoingAnswer, OutgoingRequest } from './outgoing.ts'
import { isPublicAddress } from './public-address.ts'
import { wipedReads } from './wiped-reads.ts'

/** A connection that has not been used for so long is given up, so that hosts once asked hold none for ever. */
const maxIdleMilliseconds = 60_000

const defaultLookUp = createLookUpHost()

/**
 * The way out to servers that are not ours. Connections are kept and used again; redirects are not followed; an
 * answer is bounded in time and length. Unless `privateAddresses` is `allowed`, a host one of whose addresses is
 * private or loopback is refused, and the connection goes to an address that was looked at: a name that changes its
 * address in between gains nothing.
 *
 * @param tls how connections by TLS are made, where it is not as usual.
 */
export function createOutgoing({
  clock,
  privateAddresses,
  lookup = defaultLookUp,
  isPublic = isPublicAddress,
  maxSockets = 64,
  tls = {},
}: Pick<AddressRules, 'privateAddresses'> &
  Partial<AddressRules> & {
    readonly clock: Clock
    /** To one host at a time. */
    readonly maxSockets?: number
    readonly tls?: ConnectionOptions
  }): { readonly send: Outgoing; close(): void } {
  const kept = {
    keepAlive: true,
    maxSockets,
    scheduling: 'lifo',
    timeout: maxIdleMilliseconds,
  } as const
  const rules: AddressRules = { privateAddresses, lookup, isPublic }
  const http = readWiped(new HttpAgent(kept))
  const https = readWiped(new HttpsAgent({ ...kept, minVersion: 'TLSv1.2', ...tls }))
  const connections: Connections = {
    ...rules,
    clock,
    http,
    https,
    connectionLookup: lookupForConnection(rules),
    established: new WeakSet(),
  }

  async function send(order: OutgoingRequest): Promise<OutgoingAnswer> {
    try {
      const { protocol, username, password } = order.url
      if (!/^https?:$/.test(protocol) || username !== '' || password !== '') {
        throw new TypeError('A request needs an http or https URL without credentials.')
      }
      await refusePrivateLiteral(order.url, rules)
      return await exchange(connections, order)
    } finally {
      if (order.wipeBody) order.body?.fill(0)
    }
  }

  return {
    send,
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

/** The agent, whose connections leave nothing in memory of what they have brought. */
function readWiped<Kind extends HttpAgent>(agent: Kind): Kind {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const socket = connect({ ...options, onread: wipedReads(() => socket) } as typeof options, done) as Socket
    return socket
  }
  return agent
}
