import { createBoundedCache } from './bounded-cache.ts'

/** The two names of a payment: of the payment session, and of what its provider has for it. */
export interface SessionNames {
  readonly sessionGuid: string
  readonly providerSessionGuid: string
}

export type SessionBook = ReturnType<typeof createSessionBook>

/** As many payments as are spoken of at a time; what is forgotten is logged under the one name that is at hand. */
const maxPayments = 20_000

/**
 * Knows the payments that the log speaks of by both of their names, so that whoever looks for one of them finds every
 * line. The vault speaks of a `capture`: that is the `providerSessionGuid` of the API.
 */
export function createSessionBook() {
  const bySession = createBoundedCache<string, SessionNames>(maxPayments)
  const byProvider = createBoundedCache<string, SessionNames>(maxPayments)
  let last: SessionNames | undefined
  return {
    /** Both halves of this process say it of a session, one right after the other. */
    know(names: SessionNames): void {
      if (isSame(names, last)) return
      last = names
      bySession.set(names.sessionGuid, names)
      byProvider.set(names.providerSessionGuid, names)
    },
    /** A line of the log, with the names that are not in it. */
    complete(line: object): object {
      const {
        sessionGuid,
        capture,
        providerSessionGuid = capture,
      } = line as Readonly<Record<string, unknown>>
      if (typeof providerSessionGuid === 'string') {
        return {
          ...line,
          providerSessionGuid,
          ...(sessionGuid === undefined && byProvider.get(providerSessionGuid)),
        }
      }
      return typeof sessionGuid === 'string' ? { ...line, ...bySession.get(sessionGuid) } : line
    },
  }
}

const isSame = (names: SessionNames, others: SessionNames | undefined): boolean =>
  names.sessionGuid === others?.sessionGuid && names.providerSessionGuid === others.providerSessionGuid
