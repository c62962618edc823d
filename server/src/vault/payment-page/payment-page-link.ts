import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { nameActor } from '../../base/request-scope.ts'
import type { Ending, OpenSession, VaultSessions } from '../model/vault-sessions.ts'

export const paymentPagePath = '/pay/:guid/:secret'

export const PaymentPageLink = Type.Object({ guid: Type.String(), secret: Type.String() })
export type PaymentPageLink = Type.Static<typeof PaymentPageLink>

/** What a link leads to. */
export type LinkTarget =
  | { readonly kind: 'open'; readonly session: OpenSession }
  /** A newer link has taken its place. */
  | { readonly kind: 'former'; readonly session: OpenSession }
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'unknown' }

/** The path of a payment page, as its own links and forms name it. */
export const pathOf = ({ guid, secret }: PaymentPageLink): string =>
  `/pay/${encodeURIComponent(guid)}/${encodeURIComponent(secret)}`

/** The open session that a link leads to. */
export function openByLink(
  sessions: Pick<VaultSessions, 'find'>,
  { guid, secret }: PaymentPageLink,
): OpenSession | undefined {
  const session = findSession(sessions, guid)
  if (session?.admits(secret) !== 'current') return undefined
  nameActor({ kind: 'customer' })
  return session
}

/** A session that nothing was charged for has ended a moment before its row says so. */
const looks = 10
const millisecondsBetweenLooks = 50

export type FindByLink = (link: PaymentPageLink) => Promise<LinkTarget>

/** Finds what a link leads to, for as long as anything is known of it. */
export function createFindByLink({
  sessions,
  clock,
}: {
  readonly sessions: VaultSessions
  readonly clock: Clock
}): FindByLink {
  async function findEnding(guid: Guid, secret: string): Promise<Ending | undefined> {
    for (let look = 1; ; look += 1) {
      const ending = await sessions.findEnding(guid, secret)
      if (ending || look === looks || !sessions.findLastState(guid)) return ending
      await new Promise<void>((resolve) => clock.after(millisecondsBetweenLooks, resolve))
    }
  }

  return async ({ guid, secret }) => {
    const session = findSession(sessions, guid)
    const admitted = session?.admits(secret) ?? 'no'
    if (session && admitted !== 'no') {
      if (admitted === 'current') nameActor({ kind: 'customer' })
      return admitted === 'current' ? { kind: 'open', session } : { kind: 'former', session }
    }
    const parsed = session ? undefined : parseGuid(guid)
    const ending = parsed && (await findEnding(parsed, secret))
    return ending ? { kind: 'ended', ending } : { kind: 'unknown' }
  }
}

function findSession(sessions: Pick<VaultSessions, 'find'>, guid: string): OpenSession | undefined {
  const parsed = parseGuid(guid)
  return parsed && sessions.find(parsed)
}
