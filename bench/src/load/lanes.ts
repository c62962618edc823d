import { openConnection } from './connection.ts'

/** Connections on each of which requests go out in their order, one under way at a time. */
export interface Lanes {
  /**
   * Resolves with the body of the answer; what has to stay in its order has the same number.
   *
   * @throws {Error} when the answer is not 200.
   */
  ask(number: number, request: string): Promise<Buffer>
  close(): void
}

/** Opens so many connections to a port of 127.0.0.1. */
export async function openLanes(port: number, connections: number): Promise<Lanes> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
  const lanes = open.map((connection) => ({ connection, last: Promise.resolve() }))
  return {
    ask(number, request) {
      const lane = lanes[number % lanes.length]
      if (!lane) throw new Error('There are no connections.')
      const answer = lane.last.then(() => lane.connection.ask(request))
      lane.last = answer.then(nothing, nothing)
      return answer
    },
    close() {
      for (const { close } of open) close()
    },
  }
}

const nothing = (): void => {}
