/** The load generator's process: takes a {@link Load} from its parent, answers with a {@link LoadResult}. */
import type { Socket } from 'node:net'
import { createHistogram, performance } from 'node:perf_hooks'
import { readAnswers } from './answers.ts'
import { connectTo } from './connection.ts'
import type { Load, LoadResult } from './load.ts'
import { createNextRequest, readMember } from './next-request.ts'
import { closedLoop, openLoop, paceClock } from './pace.ts'
import { answerParent } from './worker.ts'

answerParent(generate)

async function generate({
  port,
  morePorts = [],
  requests,
  connections,
  until,
  ...load
}: Load): Promise<LoadResult> {
  const nextRequest = createNextRequest(requests)
  const ports = [port, ...morePorts]
  const portOf = (connection: number) => ports[connection % ports.length] ?? port
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, connection) => connectTo(portOf(connection))),
  )
  const latencies = createHistogram({ figures: 3 })
  const loop = performance.eventLoopUtilization()
  const start = paceClock.now()
  const deadline = 'milliseconds' in until ? start + until.milliseconds : Number.POSITIVE_INFINITY
  const most = 'answers' in until ? until.answers : Number.POSITIVE_INFINITY
  const pace = load.perSecond === undefined ? closedLoop : openLoop(load.perSecond, paceClock)
  const kept: string[] = []
  let sent = 0
  let answers = 0
  let end = start

  const drive = (socket: Socket, connection: number) =>
    new Promise<void>((resolve, reject) => {
      let countsFrom = 0
      const send = (since: number) => {
        if (sent >= most) return resolve()
        countsFrom = since
        socket.write(nextRequest.of(connection))
        sent += 1
      }
      const read = readAnswers((body) => {
        const now = paceClock.now()
        nextRequest.answered(connection, body)
        if (now > deadline) return resolve()
        if (load.keep !== undefined) kept.push(readMember(body, load.keep))
        latencies.record(Math.max(1, Math.round((now - countsFrom) * 1000)))
        answers += 1
        end = now
        pace.next(send)
      })
      socket.on('data', (chunk: Buffer) => {
        try {
          read(chunk)
        } catch (error) {
          reject(error)
        }
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('The server closed a connection under load.')))
      pace.next(send)
    })

  try {
    await Promise.all(sockets.map(drive))
  } finally {
    pace.stop()
    for (const socket of sockets) socket.removeAllListeners('close').destroy()
  }
  return {
    answers,
    milliseconds: 'milliseconds' in until ? until.milliseconds : end - start,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    busy: performance.eventLoopUtilization(loop).utilization,
    kept,
  }
}
