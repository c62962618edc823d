import type { FollowLaunches } from '../launches/follow-launches.ts'
import type { OpenDistant } from '../launches/open-distant.ts'
import type { Provider, ProviderLaunch } from '../provider.ts'
import type { NewSession } from '../requests/new-session.ts'
import type { CreatedSession } from '../requests/schemas.ts'
import { beginKeptCard } from './begin-kept-card.ts'
import type { RefuseSecondSession } from './refuse-second-session.ts'
import { createdOf, rowOf, type WriteSession } from './write-session.ts'

/** Opens a session at a provider in another process: see `launches/open-distant.ts`. */
export type OpenElsewhere = (session: NewSession, launch: ProviderLaunch) => Promise<CreatedSession>

export function createOpenElsewhere({
  provider,
  openDistant,
  settleOnCall,
  refuseSecondSession,
  writeSession,
}: {
  readonly provider: Provider
  readonly openDistant: OpenDistant
  readonly settleOnCall: FollowLaunches['settleOnCall']
  readonly refuseSecondSession: RefuseSecondSession
  readonly writeSession: WriteSession
}): OpenElsewhere {
  return async (session, launch) => {
    const { callGuid } = launch
    if (callGuid) {
      await settleOnCall(callGuid, launch)
      await refuseSecondSession(launch, session.caller)
    }
    const launched = await openDistant({
      launch,
      row: rowOf(session, launch),
      again: session.name ? 'expected' : 'never',
      write: (tx, answer) => writeSession(tx, session, launch, answer),
      writeAgain: async (tx, answer) => session.alongside?.(tx, createdOf(launch, answer)),
    })
    await beginKeptCard(provider, launch, launched)
    return createdOf(launch, launched)
  }
}
