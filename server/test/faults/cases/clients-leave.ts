import { type ClientRequest, get } from 'node:http'
import type { TestNode } from '../../harness/test-nodes.ts'
import type { FaultCase } from '../fault-case.ts'
import { findFaults, inLanes } from '../ground/faults-found.ts'
import { type Ground, prepareGround } from '../ground/ground.ts'
import type { Sold } from '../ground/shop.ts'
import { inFigures } from '../in-figures.ts'

const sessions = 20
const requests = 4_000
/** An answer takes about as long: some leave before it, some in its middle, some behind it. */
const maxMilliseconds = 8
/** As many as a session may have at once. */
const streams = 8

/** Agents and customers close their windows in the moment in which these ask, at whichever server. */
export const clientsLeave: FaultCase = {
  name: 'Clients leave before they are answered',
  engine: 'PostgreSQL',
  promise: 'No server minds, and what they held is free for those who come after them',
  spansNodes: true,
  async run(t, { nodes }) {
    const ground = await prepareGround(t, nodes)
    const opened = await openAll(ground)
    await inLanes(Array.from({ length: requests }), 32, (_, number) => leave(ground, opened, number))
    const gone = ground.nodes.nodes.length - ground.nodes.living().length
    const full = gone > 0 ? [] : await refusedStreams(ground, opened)
    const found = await findFaults(ground)
    return {
      done: `${requests} left within ${maxMilliseconds} ms; ${inFigures(found)}`,
      faults: [...(gone > 0 ? [`${gone} servers have ended`] : []), ...full, ...found.faults],
    }
  },
}

async function openAll({ nodes, shop }: Ground): Promise<readonly Sold[]> {
  const opened: Sold[] = []
  while (opened.length < sessions) {
    const node = nodes.nodes[opened.length % nodes.nodes.length]
    const sold = node && (await shop.openLink(node))
    if (!sold) throw new Error('A session was not opened.')
    opened.push(sold)
  }
  return opened
}

/** Asks for something of a session, each time for something else, at one server after the other. */
async function leave({ nodes }: Ground, opened: readonly Sold[], number: number): Promise<void> {
  const sold = opened[number % opened.length]
  const node = nodes.nodes[Math.floor(number / opened.length) % nodes.nodes.length]
  if (!sold || !node?.isRunning()) return
  const form = new URL(sold.paymentFormUrl).pathname
  const asked = [viewOf(sold), eventsOf(sold), form, `${form}/state?wait=open`]
  const path = asked[Math.floor(number / 7) % asked.length] ?? form
  const request = ask(node, path, sold).on('error', () => {})
  request.on('response', (response) => response.resume().on('error', () => {}))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * maxMilliseconds))
  request.destroy()
}

const viewOf = ({ iframeUrl }: Sold): string => new URL(iframeUrl).pathname
const eventsOf = (sold: Sold): string => viewOf(sold).replace(/\/framed$/, '/events')

const ask = ({ origin }: TestNode, path: string, { agentAccessToken }: Sold) =>
  get(`${origin}${path}`, { agent: false, headers: { authorization: `Bearer ${agentAccessToken}` } })

/** Opens as many streams as a session may have, of each, at the server that has it. */
async function refusedStreams({ nodes }: Ground, opened: readonly Sold[]): Promise<readonly string[]> {
  const refused: number[] = []
  for (const [number, sold] of opened.entries()) {
    const node = nodes.nodes[number % nodes.nodes.length]
    if (!node) continue
    const open = Array.from({ length: streams }, () => ask(node, eventsOf(sold), sold))
    for (const status of await Promise.all(open.map(statusOf))) if (status !== 200) refused.push(status)
    for (const stream of open) stream.destroy()
  }
  return refused.length > 0 ? [`${refused.length} streams were refused: ${[...new Set(refused)]}`] : []
}

function statusOf(request: ClientRequest): Promise<number> {
  return new Promise((resolve) => {
    request.on('error', () => resolve(0))
    request.on('response', (response) => {
      response.on('error', () => {})
      resolve(response.statusCode ?? 0)
    })
  })
}
