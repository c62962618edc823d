/**
 * A message that was not accepted for delivery. The text says why, and holds nothing of the address, the link or the
 * credentials: what a server answered may repeat all three, so nothing of it is in here but numbers.
 */
export class NotAccepted extends Error {
  /** Nothing was sent, and the same message may be accepted a moment later. */
  readonly isTemporary: boolean
  /** Another address would do: whoever gave this one is told the text. */
  readonly isOfAddress: boolean

  constructor(
    message: string,
    { isTemporary, isOfAddress = false }: { readonly isTemporary: boolean; readonly isOfAddress?: boolean },
  ) {
    super(message)
    this.name = 'NotAccepted'
    this.isTemporary = isTemporary
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
  const isTemporary = beforeSending.has(code)
  const what = isTemporary ? 'could not be reached' : 'broke the connection off'
  const known = typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? ` (${code})` : ''
  return new NotAccepted(`The ${server} ${what}${known}.`, { isTemporary })
}
