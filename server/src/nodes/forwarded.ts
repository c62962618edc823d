import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** Who has sent a request to the node that forwarded it: taken from the channel between nodes alone. */
export const remoteAddressHeader = 'x-tonegate-remote-address'

/** A request that another node has forwarded, as if it had come here: from whoever sent it to that one. */
export function asIfItCameHere(request: IncomingMessage): void {
  const { [remoteAddressHeader]: address } = request.headers
  delete request.headers[remoteAddressHeader]
  if (typeof address !== 'string') return
  const socket = new Proxy(request.socket, {
    get(real: Socket, name: keyof Socket) {
      if (name === 'remoteAddress') return address
      const value: unknown = Reflect.get(real, name, real)
      return typeof value === 'function' ? value.bind(real) : value
    },
  })
  Object.defineProperty(request, 'socket', { value: socket, configurable: true, writable: true })
}
