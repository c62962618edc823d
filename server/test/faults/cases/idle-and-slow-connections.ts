import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestNode } from '../../harness/test-nodes.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import { inFigures } from '../in-figures.ts'
import { percentile } from '../percentile.ts'

const idle = 2_000
const slow = 200
const requests = 300

/** Thousands hold a connection and say nothing, hundreds send a byte a second; others go on paying. */
export const idleAndSlowConnections: FaultCase = {
  name: `${idle.toLocaleString('en').replace(',', ' ')} idle and ${slow} slow connections`,
  engine: 'PostgreSQL',
  promise: 'Everybody else is answered as fast as without them',
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const [node] = ground.nodes.nodes
    if (!node) throw new Error('There is no server.')
    const quiet = await openMany(ground, node)
    const sockets = await occupy(node)
    t.after(() => leave(sockets))
    const dripping = setInterval(() => {
      for (const socket of sockets.slow) socket.write('a')
    }, 1_000)
    try {
      const busy = await openMany(ground, node)
      const found = await findFaults(ground)
      const allowed = Math.max(3 * percentile(quiet, 99), 100)
      return {
        done: `${inFigures(found)}; p99 ${percentile(quiet, 99).toFixed(0)} ms without them, ${percentile(busy, 99).toFixed(0)} ms with them`,
        faults: [
          ...(busy.length < requests ? [`${requests - busy.length} requests were refused`] : []),
          ...(percentile(busy, 99) > allowed ? ['others are answered three times slower'] : []),
          ...found.faults,
        ],
      }
    } finally {
      clearInterval(dripping)
      leave(sockets)
    }
  },
}

interface Occupied {
  readonly idle: readonly Socket[]
  readonly slow: readonly Socket[]
}

async function occupy(node: TestNode): Promise<Occupied> {
  const port = Number(new URL(node.origin).port)
  const held: Occupied = { idle: await connectAll(port, idle), slow: await connectAll(port, slow) }
  for (const socket of held.slow) {
    socket.write(
      `POST /globalpci/v1/digitalsession HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`,
    )
  }
  return held
}

/** A few at a time: a machine takes only so many that wait to be accepted. */
async function connectAll(port: number, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const more = Array.from({ length: Math.min(100, count - sockets.length) }, () =>
      connect(port, '127.0.0.1').on('error', () => {}),
    )
    await Promise.all(more.map((socket) => once(socket, 'connect')))
    sockets.push(...more)
  }
  return sockets
}

function leave({ idle: all, slow: others }: Occupied): void {
  for (const socket of [...all, ...others]) socket.destroy()
}

/** Opens sessions one after the other. @returns how long each took that was opened, in milliseconds. */
async function openMany({ shop }: Ground, node: TestNode): Promise<readonly number[]> {
  const took: number[] = []
  for (let request = 0; request < requests; request += 1) {
    const since = performance.now()
    if (await shop.openLink(node)) took.push(performance.now() - since)
  }
  return took
}
