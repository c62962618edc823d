import { connect, type Socket } from 'node:net'
import { readWholeAnswers, statusOf } from './answers.ts'

/** Sends one prepared request again and again, at the least cost for the process that it runs in. */
export interface WireSender {
  /**
   * Sends it once, on a connection of its own while it is under way.
   *
   * @returns the status of the answer.
   * @throws {Error} when the connection breaks before the answer is whole.
   */
  send(): Promise<number>
  close(): void
}

interface Connection {
  readonly socket: Socket
  waiting: PromiseWithResolvers<number> | undefined
}

/** Sends a whole HTTP/1.1 request, as `wireRequest` writes it, to a port of 127.0.0.1. */
export function createWireSender({
  port,
  request,
}: {
  readonly port: number
  readonly request: string
}): WireSender {
  const open = new Set<Connection>()
  const free: Connection[] = []

  function openConnection(): Connection {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const connection: Connection = { socket, waiting: undefined }
    const read = readWholeAnswers((answer) => {
      connection.waiting?.resolve(statusOf(answer))
      connection.waiting = undefined
      free.push(connection)
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
    socket.on('error', (error) => connection.waiting?.reject(error))
    socket.on('close', () => {
      connection.waiting?.reject(new Error('The server closed a connection before its answer.'))
      open.delete(connection)
    })
    open.add(connection)
    return connection
  }

  function freeConnection(): Connection {
    for (let last = free.pop(); last !== undefined; last = free.pop()) {
      if (open.has(last)) return last
    }
    return openConnection()
  }

  return {
    send() {
      const connection = freeConnection()
      connection.waiting = Promise.withResolvers<number>()
      connection.socket.write(request)
      return connection.waiting.promise
    },
    close() {
      for (const { socket } of open) socket.destroy()
    },
  }
}
