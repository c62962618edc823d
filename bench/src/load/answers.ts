const endOfHead = '\r\n\r\n'

/**
 * Reads the answers of one connection on which one request is under way at a time: just enough of HTTP/1.1 to
 * know when an answer is whole, so that the generator costs less than the server.
 *
 * @param answered is called with the body of each answer of status 200.
 * @throws {Error} at any other status, and where an answer has no `Content-Length`.
 */
export function readAnswers(answered: (body: Buffer) => void): (chunk: Buffer) => void {
  return readWholeAnswers((answer) => {
    if (!isSuccess(answer)) throw new Error(`The server answered: ${answer.toString()}`)
    answered(answer.subarray(answer.indexOf(endOfHead) + endOfHead.length))
  })
}

/**
 * The same for answers of whichever status.
 *
 * @param answered is called with the whole of each answer, from its status line on.
 */
export function readWholeAnswers(answered: (answer: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer | undefined
  let expected = 0
  return (chunk) => {
    const received: Buffer = pending ? Buffer.concat([pending, chunk]) : chunk
    if (expected === 0) expected = lengthOf(received)
    if (expected === 0 || received.length < expected) {
      pending = received
      return
    }
    if (received.length > expected) throw new Error('The server sent more than it was asked for.')
    pending = undefined
    expected = 0
    answered(received)
  }
}

/** The status of a whole answer. */
export const statusOf = (answer: Buffer): number => Number(answer.toString('latin1', 9, 12))

/** Bytes of the whole answer; 0 while its head is not complete. */
function lengthOf(received: Buffer): number {
  const head = received.indexOf(endOfHead)
  if (head < 0) return 0
  const match = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, head))
  if (!match) throw new Error(`An answer without Content-Length: ${received.toString('latin1', 0, head)}`)
  return head + endOfHead.length + Number(match[1])
}

/** `HTTP/1.1 200`: the status stands at the ninth byte. */
const isSuccess = (received: Buffer): boolean =>
  received[9] === 0x32 && received[10] === 0x30 && received[11] === 0x30
