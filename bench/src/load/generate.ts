/** The load generator's process: takes a {@link Load} from its parent, answers with a {@link LoadResult}. */
import { connect, type Socket } from 'node:net'
import { createHistogram, performance } from 'node:perf_hooks'
import { readAnswers } from './answers.ts'
import type { Load, LoadResult } from './load.ts'

process.on('message', (load: Load) => {
  generate(load).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})

async function generate({ port, requests, connections, until }: Load): Promise<LoadResult> {
  const wire = requests.map((request) => Buffer.from(request))
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const latencies = createHistogram({ figures: 3 })
  const loop = performance.eventLoopUtilization()
  const start = performance.now()
  const deadline = 'milliseconds' in until ? start + until.milliseconds : Number.POSITIVE_INFINITY
  const most = 'answers' in until ? until.answers : Number.POSITIVE_INFINITY
  let sent = 0
  let answers = 0
  let end = start

  const drive = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let sentAt = 0
      const send = () => {
        sentAt = performance.now()
        socket.write(wire[sent % wire.length] ?? '')
        sent += 1
      }
      const read = readAnswers(() => {
        const now = performance.now()
        if (now > deadline) return resolve()
        latencies.record(Math.max(1, Math.round((now - sentAt) * 1000)))
        answers += 1
        end = now
        if (sent >= most) return resolve()
        send()
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
      send()
    })

  try {
    await Promise.all(sockets.map(drive))
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy()
  }
  return {
    answers,
    milliseconds: 'milliseconds' in until ? until.milliseconds : end - start,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    busy: performance.eventLoopUtilization(loop).utilization,
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}
