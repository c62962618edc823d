import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A client that sends more before it has an answer is cut off, and may send the rest again (RFC 9112 §9.3.2). */
export const maxWaiting = 32

type Waiting = Parameters<RequestListener>

/**
 * Answers the requests of a connection one after the other, as their answers leave: the next one is begun when the answer
 * before it has been taken. Otherwise a client that reads nothing would have all of its answers made and kept for it.
 */
export function inTurn(answer: RequestListener): RequestListener {
  const waitingOf = new WeakMap<Socket, Waiting[]>()

  function begin(socket: Socket, waiting: Waiting[], [request, response]: Waiting): void {
    response.once('close', () => {
      const next = socket.writable ? waiting.shift() : undefined
      if (next) begin(socket, waiting, next)
      else if (socket.writable) waitingOf.delete(socket)
    })
    answer(request, response)
  }

  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    const { socket } = request
    const waiting = waitingOf.get(socket)
    if (!waiting) {
      const none: Waiting[] = []
      waitingOf.set(socket, none)
      begin(socket, none, [request, response])
    } else if (waiting.length === maxWaiting) socket.destroy()
    else waiting.push([request, response])
  }
}
