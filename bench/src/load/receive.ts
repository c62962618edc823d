/** The process that receives webhooks: a {@link ReceiverQuestion} from its parent, a port or {@link Receipts} back. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Receipts, ReceiverQuestion } from './receiving.ts'
import { answerParent } from './worker.ts'

interface Arrival {
  readonly at: number
  readonly behind: number
}

let arrivals: Arrival[] = []
let busy = performance.eventLoopUtilization()

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const at = Date.now()
    const [, ended = ''] = /"lastUpdatedOn":"([^"]+)"/.exec(Buffer.concat(parts).toString()) ?? []
    arrivals.push({ at, behind: at - Date.parse(ended) })
    response.end()
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answerParent(answer)

async function answer(question: ReceiverQuestion): Promise<number | Receipts> {
  if (question.what === 'port') return (server.address() as AddressInfo).port
  const { count, patienceMilliseconds } = question
  const deadline = performance.now() + patienceMilliseconds
  while (arrivals.length < count) {
    if (performance.now() > deadline) throw new Error(`${arrivals.length} of ${count} webhooks came.`)
    await pause(10)
  }
  const seen = arrivals
  arrivals = []
  const { utilization } = performance.eventLoopUtilization(busy)
  busy = performance.eventLoopUtilization()
  return receiptsOf(seen, utilization)
}

function receiptsOf(seen: readonly Arrival[], utilization: number): Receipts {
  const behind = seen.map((each) => each.behind).toSorted((a, b) => a - b)
  const part = (share: number) =>
    behind[Math.min(behind.length - 1, Math.floor(behind.length * share))] ?? Number.NaN
  return {
    messages: seen.length,
    milliseconds: (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0),
    p50: part(0.5),
    p99: part(0.99),
    longest: part(1),
    busy: utilization,
  }
}
