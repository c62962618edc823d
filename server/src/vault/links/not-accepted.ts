import { reasonOfCode } from '../../base/outgoing/no-answer-reasons.ts'

/**
 * A message that was not accepted for delivery. The text says why, and holds nothing of the address, the link or the
 * credentials: what a server answered may repeat all three, so nothing of it is in here but numbers.
 */
export class NotAccepted extends Error {
  /** Nothing was sent, and the same message may be accepted a moment later. */
  readonly isTemporary: boolean
  /** For how many milliseconds the server wants to be left alone. */
  readonly retryAfter: number
  /** Another address would do: whoever gave this one is told the text. */
  readonly isOfAddress: boolean

  constructor(
    message: string,
    {
      isTemporary,
      retryAfter = 0,
      isOfAddress = false,
    }: {
      readonly isTemporary: boolean
      readonly retryAfter?: number | undefined
      readonly isOfAddress?: boolean
    },
  ) {
    super(message)
    this.name = 'NotAccepted'
    this.isTemporary = isTemporary
    this.retryAfter = retryAfter
    this.isOfAddress = isOfAddress
  }
}

/** What a connection fails with before anything was sent over it. */
const beforeSending: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * What became of a connection, by the code of the system's error.
 *
 * @param server `mail server`, `SMS provider`.
 */
export function notReached(server: string, code: unknown): NotAccepted {
  const reason = reasonOfCode(code)
  if (reason === undefined) {
    return new NotAccepted(`The ${server} closed the connection before answering.`, {
      isTemporary: false,
    })
  }
  const isTemporary = beforeSending.has(code)
  return new NotAccepted(`The ${server} could not be reached: ${reason}.`, { isTemporary })
}
