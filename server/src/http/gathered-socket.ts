import { Socket } from 'node:net'
import { inThisRequest, outsideRequests } from '../base/request-scope.ts'

type Written = (error?: Error | null) => void
type Piece = { readonly chunk: unknown; readonly encoding: BufferEncoding }

/** What this thread's connections send when what has come to it has been looked at. */
let due: (() => void)[] = []

function sendAll(): void {
  const sending = due
  due = []
  for (const send of sending) send()
}

function atEndOfTurn(send: () => void): void {
  if (due.push(inThisRequest(send)) === 1) outsideRequests(() => setImmediate(sendAll))
}

/**
 * A connection whose writes go out when everything that has come in meanwhile has been answered, one behind the other. Each
 * write may have to wake whoever waits for it, which takes longer than most answers do; those that follow at once find it
 * awake. Where one request is under way alone, nothing is waited for.
 */
export class GatheredSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    atEndOfTurn(() => super._write(chunk, encoding, done))
  }

  override _writev(pieces: Piece[], done: Written): void {
    atEndOfTurn(() => super._writev?.(pieces, done))
  }
}
