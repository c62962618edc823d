import { get, type IncomingMessage } from 'node:http'
import { eventually } from '../../harness/test-eventually.ts'
import type { TestNode } from '../../harness/test-nodes.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import type { Sold } from '../ground/shop.ts'
import { percentile } from '../percentile.ts'
import { residentMebibytes } from '../process-figures.ts'

const streams = 1_000

/** A thousand agents look at their sessions, each at another node than the one it was opened at, and every session ends. */
export const thousandStreams: FaultCase = {
  name: 'Event streams by the thousand',
  engine: 'PostgreSQL',
  promise: 'Each agent sees the end of their session, within a second',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const watched: Watched[] = []
    t.after(() => {
      for (const { response } of watched) response.destroy()
    })
    const faults: string[] = []
    await inLanes(Array.from({ length: streams }), 16, async (_, number) => {
      const sold = await openAt(ground, number)
      const other = ground.nodes.nodes[(number + 1) % ground.nodes.nodes.length]
      const stream = sold && other && (await watch(other, sold))
      if (typeof stream === 'object') watched.push(stream)
      else faults.push(`stream ${number} was answered ${stream}`)
    })
    const memory = Math.max(...ground.nodes.living().map(residentMebibytes))
    await inLanes(watched, 16, async (stream, number) => {
      const node = ground.nodes.nodes[number % ground.nodes.nodes.length]
      stream.cancelledAt = performance.now()
      if (node) await ground.shop.cancel(node, stream.sold)
    })
    const blind = () => watched.filter(({ endedAt }) => endedAt === undefined)
    await eventually(() => blind().length === 0).catch(() => {})
    if (blind().length > 0) faults.push(`${blind().length} agents do not see the end`)
    const took = watched.flatMap(({ cancelledAt, endedAt }) => (endedAt ? [endedAt - cancelledAt] : []))
    if (percentile(took, 100) > 1_000)
      faults.push(`the last one sees it after ${percentile(took, 100).toFixed(0)} ms`)
    const found = await findFaults(ground)
    return {
      done: `${watched.length} streams; the end is seen after ${percentile(took, 50).toFixed(0)} ms (p50), ${percentile(took, 99).toFixed(0)} ms (p99); ${memory.toFixed(0)} MiB at most`,
      faults: [...new Set(faults), ...found.faults].slice(0, 12),
    }
  },
}

interface Watched {
  readonly sold: Sold
  readonly response: IncomingMessage
  cancelledAt: number
  endedAt?: number
}

async function openAt({ shop, nodes }: Ground, number: number): Promise<Sold | undefined> {
  const node = nodes.nodes[number % nodes.nodes.length]
  return node && shop.openLink(node)
}

/** @returns the status, where there is no stream. */
function watch(node: TestNode, sold: Sold): Promise<Watched | number> {
  const path = new URL(sold.iframeUrl).pathname.replace(/\/framed$/, '/events')
  const headers = { authorization: `Bearer ${sold.agentAccessToken}`, accept: 'text/event-stream' }
  return new Promise((resolve) => {
    get(`${node.origin}${path}`, { agent: false, headers }, (response) => {
      if (response.statusCode !== 200) {
        response.resume()
        return resolve(response.statusCode ?? 0)
      }
      const watched: Watched = { sold, response, cancelledAt: 0 }
      response.setEncoding('utf8').on('data', (text: string) => {
        if (watched.cancelledAt > 0 && /"ended"|cancelled/.test(text)) watched.endedAt ??= performance.now()
      })
      response.on('error', () => {})
      return resolve(watched)
    }).on('error', () => resolve(0))
  })
}
