import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A client that sends more before it has an answer is cut off, and may send the rest again (RFC 9112 §9.3.2). */
export const maxWaiting = 32

type Waiting = Parameters<RequestListener>

interface Turn {
  /** The answer that was begun last. */
  current: ServerResponse
  readonly waiting: Waiting[]
}

/**
 * Answers the requests of a connection one after the other, as their answers leave: the next one is begun when the answer
 * before it has been taken. Otherwise a client that reads nothing would have all of its answers made and kept for it.
 */
export function inTurn(answer: RequestListener): RequestListener {
  const turns = new WeakMap<Socket, Turn>()

  function begin(turn: Turn, request: IncomingMessage, response: Waiting[1]): void {
    turn.current = response
    answer(request, response)
  }

  /** Begins what waits, once the answer before it has left. */
  function beginNext(socket: Socket, turn: Turn): void {
    turn.current.once('close', () => {
      const next = socket.writable ? turn.waiting.shift() : undefined
      if (!next) return
      begin(turn, ...next)
      if (turn.waiting.length > 0) beginNext(socket, turn)
    })
  }

  return (request: IncomingMessage, response: Waiting[1]) => {
    const { socket } = request
    const turn = turns.get(socket)
    if (!turn) {
      turns.set(socket, { current: response, waiting: [] })
      answer(request, response)
    } else if (turn.waiting.length === 0 && turn.current.closed) begin(turn, request, response)
    else if (turn.waiting.length === maxWaiting) socket.destroy()
    else if (turn.waiting.push([request, response]) === 1) beginNext(socket, turn)
  }
}
