import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { OpenSession } from '../model/vault-sessions.ts'

/** A view that its tokens have opened, and that the browser has still to load. */
export interface ViewOpening {
  /** The window's own, where the one that was posted has been used up. */
  readonly refreshToken: string | undefined
}

/** A browser follows a redirect at once. */
const goodMilliseconds = 30_000
const maxOpenings = 20
const ticketBytes = 16

/**
 * What the forms have opened: the browser is sent from each to an address that a GET loads, so that a reload asks nobody
 * whether to send the form again. The ticket in that address is random, opens this one session, once, within thirty
 * seconds, and is worth nothing afterwards: whoever finds the address later finds no view behind it.
 */
export function createViewOpenings({
  clock,
  random,
}: {
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}) {
  const all = new WeakMap<OpenSession, Map<string, ViewOpening & { readonly until: number }>>()
  return {
    /** @returns the ticket, 32 hexadecimal digits. */
    add(session: OpenSession, opening: ViewOpening): string {
      const ofSession = all.get(session) ?? new Map()
      const ticket = random(ticketBytes).toString('hex')
      all.set(session, ofSession.set(ticket, { ...opening, until: clock.now() + goodMilliseconds }))
      const [oldest] = ofSession.keys()
      if (ofSession.size > maxOpenings && oldest !== undefined) ofSession.delete(oldest)
      return ticket
    },
    /** The opening of a ticket, which is used up by that. */
    take(session: OpenSession, ticket: string): ViewOpening | undefined {
      const ofSession = all.get(session)
      const opening = ofSession?.get(ticket)
      ofSession?.delete(ticket)
      return opening && clock.now() <= opening.until ? opening : undefined
    },
  }
}
