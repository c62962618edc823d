import type { StoreParts } from '../../store/parts.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { FollowLaunches } from '../launches/follow-launches.ts'
import type { OpenDistant } from '../launches/open-distant.ts'
import type { PendingLaunches } from '../launches/pending-launches.ts'
import type { Provider, ProviderLaunch } from '../provider.ts'
import type { NewSession } from '../requests/new-session.ts'
import type { CreatedSession } from '../requests/schemas.ts'
import type { SessionSeal } from '../seal-session.ts'
import { createOpenElsewhere } from './open-elsewhere.ts'
import { createOpenHere } from './open-here.ts'
import { createRefuseSecondSession } from './refuse-second-session.ts'
import { createWriteSession } from './write-session.ts'

/** What sessions are opened with. */
export interface OpeningParts extends Pick<StoreParts, 'store' | 'clock' | 'log'> {
  readonly provider: Provider
  readonly pending: PendingLaunches
  readonly openDistant: OpenDistant
  readonly settleOnCall: FollowLaunches['settleOnCall']
  readonly seal: SessionSeal
}

/** Launches a session at its provider and writes it down; a call has one that is open. */
export type OpenSession = (session: NewSession, launch: ProviderLaunch) => Promise<CreatedSession>

export function createOpenSession(parts: OpeningParts): OpenSession {
  const { store, provider, pending } = parts
  const refuseSecondSession = createRefuseSecondSession(store)
  const writeSession = createWriteSession(parts)
  const openHere = createOpenHere({ ...parts, writeSession })
  const openElsewhere = createOpenElsewhere({ ...parts, refuseSecondSession, writeSession })

  return async (session, launch) => {
    if (launch.callGuid) await refuseSecondSession(launch, session.caller)
    const isDistant = session.name?.isKnown || provider.distant?.(launch.configuration.provider)
    const committedOrNot = pending.begin()
    try {
      return isDistant
        ? await openElsewhere(session, launch)
        : await openHere(session, launch, committedOrNot)
    } catch (error) {
      if (error instanceof UniqueViolation) await refuseSecondSession(launch, session.caller)
      throw error
    } finally {
      committedOrNot()
    }
  }
}
