import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Ends } from './test-children.ts'

/** Stands between two programs, and does to their connections what networks do. */
export interface TcpProxy {
  readonly port: number
  /** Ends every connection there is. */
  cut(): void
  /** What is sent from now on arrives so much later, in either direction. */
  delay(milliseconds: number): void
  /** Nothing arrives any more, and nobody is told; new connections are accepted, and nothing comes of them. */
  swallow(): void
  /** Connections that were swallowed are ended, since what was lost does not come again; new ones work. */
  heal(): void
}

export async function startTcpProxy(t: Ends, target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let late = 0
  let swallows = false

  function pass(from: Socket, to: Socket): void {
    const under: { readonly bytes: Buffer; readonly at: number }[] = []
    const arrive = () => {
      for (let [next] = under; next && next.at <= performance.now(); [next] = under) {
        to.write(next.bytes)
        under.shift()
      }
      const [next] = under
      if (next) setTimeout(arrive, next.at - performance.now() + 1)
    }
    from.on('data', (bytes: Buffer) => {
      if (swallows) return
      under.push({ bytes, at: Math.max(performance.now() + late, under.at(-1)?.at ?? 0) })
      if (under.length === 1) arrive()
    })
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
    sockets.add(from)
    from.once('close', () => sockets.delete(from))
  }

  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    pass(near, far)
    pass(far, near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    delay(milliseconds) {
      late = milliseconds
    },
    swallow() {
      swallows = true
    },
    heal() {
      late = 0
      if (swallows) cut()
      swallows = false
    },
  }
}
