import { connect, type Socket } from 'node:net'
import { readAnswers } from './answers.ts'

/** A connection on which one request is under way at a time. */
export interface Connection {
  /** Sends a whole request; resolves with the body of its answer. @throws {Error} when that is not 200. */
  ask(request: string): Promise<Buffer>
  close(): void
}

/** Opens a plain connection to a port of 127.0.0.1. */
export function connectTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Opens a {@link Connection} to a port of 127.0.0.1. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = await connectTo(port)
  let resolveAnswer = (_body: Buffer) => {}
  let rejectAnswer = (_error: Error) => {}
  const read = readAnswers((body) => resolveAnswer(body))
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (error) {
      rejectAnswer(error as Error)
    }
  })
  socket.on('error', (error) => rejectAnswer(error))
  socket.on('close', () => rejectAnswer(new Error('The server closed a connection.')))
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        resolveAnswer = resolve
        rejectAnswer = reject
        socket.write(request)
      }),
    close: () => void socket.destroy(),
  }
}

/**
 * Sends each request once over some connections, and answers the JSON of their answers in the order of the
 * requests.
 */
export async function askAll<T>(port: number, requests: readonly string[]): Promise<readonly T[]> {
  const answers = new Array<T>(requests.length)
  const open = await Promise.all(Array.from({ length: 16 }, () => openConnection(port)))
  const queue = requests.entries()
  try {
    await Promise.all(
      open.map(async ({ ask }) => {
        for (const [index, request] of queue) answers[index] = JSON.parse((await ask(request)).toString())
      }),
    )
  } finally {
    for (const { close } of open) close()
  }
  return answers
}
