import type { Chain, Requests } from './load.ts'

/** What the connections send, one request after the other. */
export interface NextRequest {
  of(connection: number): Buffer
  /** Takes note of the answer's body. */
  answered(connection: number, body: Buffer): void
}

/** @throws {Error} when a chain's request does not hold its value, once. */
export function createNextRequest(requests: Requests): NextRequest {
  return isChains(requests) ? chained(requests) : inTurn(requests)
}

const isChains = (requests: Requests): requests is readonly Chain[] => typeof requests[0] === 'object'

function inTurn(requests: readonly string[]): NextRequest {
  const wire = requests.map((request) => Buffer.from(request))
  let sent = 0
  return {
    of() {
      sent += 1
      return wire[(sent - 1) % wire.length] ?? Buffer.alloc(0)
    },
    answered() {},
  }
}

function chained(chains: readonly Chain[]): NextRequest {
  const links = chains.map(({ request, value, member }) => {
    const [before, after, ...more] = request.split(value)
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error('The request of a chain holds its value once.')
    }
    return { before, after, member, length: value.length, value }
  })
  const linkOf = (connection: number) => {
    const link = links[connection]
    if (!link) throw new Error('There are fewer chains than connections.')
    return link
  }
  return {
    of(connection) {
      const { before, value, after } = linkOf(connection)
      return Buffer.from(before + value + after)
    },
    answered(connection, body) {
      const link = linkOf(connection)
      const value = readMember(body, link.member)
      if (value.length !== link.length) {
        throw new Error(`A ${link.member} of ${value.length} characters followed one of ${link.length}.`)
      }
      link.value = value
    },
  }
}

/** @throws {Error} when the JSON has no such text. */
export function readMember(body: Buffer, member: string): string {
  const value: unknown = JSON.parse(body.toString())[member]
  if (typeof value !== 'string') throw new Error(`An answer without ${member}: ${body}`)
  return value
}
