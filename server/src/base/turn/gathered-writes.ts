import type { Socket } from 'node:net'
import { inThisRequest, outsideRequests } from '../request-scope.ts'

type Written = (error?: Error | null) => void

/** What this thread's connections send when all that has come to it has been looked at. */
let due: (() => void)[] = []

function sendAll(): void {
  const sending = due
  due = []
  for (const send of sending) send()
}

function atEndOfTurn(send: () => void): void {
  if (due.push(inThisRequest(send)) === 1) outsideRequests(() => setImmediate(sendAll))
}

/** What Node.js documents for those who make a stream, and gives no type. */
type Sends = {
  _write(chunk: unknown, encoding: BufferEncoding, done: Written): void
  _writev(pieces: readonly unknown[], done: Written): void
}

/**
 * Has what is written to a connection go out when everything that came to this thread in the same turn has been answered,
 * one behind the other. Each write may have to wake whoever waits for it, which takes longer than most answers do; those
 * that follow at once find it awake. What is under way alone waits for nothing.
 */
export function gatherWrites<S extends Socket>(socket: S): S {
  const sends = socket as unknown as Sends
  const { _write: write, _writev: writeSeveral } = sends
  sends._write = (chunk, encoding, done) => atEndOfTurn(() => write.call(socket, chunk, encoding, done))
  sends._writev = (pieces, done) => atEndOfTurn(() => writeSeveral.call(socket, pieces, done))
  return socket
}
