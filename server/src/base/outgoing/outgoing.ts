import { defaultReasons, type OutgoingFault } from './no-answer-reasons.ts'

/** A request to a server that is not ours. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** http or https, without credentials in it. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /**
   * Whether the body is overwritten with zeros once it has left, or never will: it holds a secret. It is handed to the
   * connection by itself and not before that stands, so that Node.js copies it nowhere.
   */
  readonly wipeBody?: boolean
  /** From the beginning to the last byte of the answer. */
  readonly timeoutMilliseconds: number
  /** Of the answer's body; 256 KiB unless said. */
  readonly maxBytes?: number
  /** Is given each part of the body of a 200 as it arrives; the answer is then without it. Nothing may keep the part. */
  readonly onPart?: (part: Buffer) => void
  readonly signal?: AbortSignal
}

/** What came back: of any status, a redirect too, which is never followed. */
export interface OutgoingAnswer {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

/** There is no answer, or none that can be used. Its text names no header, body, path or query of the request. */
export class NoAnswer extends Error {
  readonly fault: OutgoingFault
  /** False only where not a byte of the request can have reached the other side. */
  readonly mayHaveArrived: boolean
  /** What happened, in words that go on after the other side's name: `it refused the connection`. */
  readonly reason: string
  constructor(fault: OutgoingFault, mayHaveArrived: boolean, reason: string = defaultReasons[fault]) {
    super(`No answer: ${fault}.`)
    this.name = 'NoAnswer'
    this.fault = fault
    this.mayHaveArrived = mayHaveArrived
    this.reason = reason
  }
}

/**
 * Sends a request and reads its answer.
 *
 * @throws {NoAnswer}
 */
export type Outgoing = (request: OutgoingRequest) => Promise<OutgoingAnswer>
