import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { SessionRow } from '../insert-session.ts'
import type { Provider } from '../provider.ts'
import { againMilliseconds, type DistantOpening, holdMilliseconds, over } from './distant-opening.ts'
import { createLaunchSeal, type LaunchRow, type LaunchRows } from './launch-rows.ts'

/** A launch that is written down, before its provider is asked. */
export interface WrittenLaunch {
  readonly row: LaunchRow
  readonly isFirst: boolean
}

/**
 * Writes a launch down, for the provider to be asked afterwards. One that was asked for before goes where it went, whatever
 * its configuration says by now.
 *
 * @throws {Problem} `provider-unavailable` when it is over meanwhile; `session-ended` when its answer is lost for good.
 */
export type WriteDownLaunch = (opening: DistantOpening) => Promise<WrittenLaunch>

export function createWriteDownLaunch({
  store,
  rows,
  sealer,
  provider,
  newGuid,
  clock,
}: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock'> & {
  readonly rows: LaunchRows
  readonly provider: Provider
}): WriteDownLaunch {
  const launched = createLaunchSeal<SessionRow>(sealer)

  return async ({ launch, row: session, again }) => {
    const { sessionGuid, accountId, configuration, order, paymentData, kind, callGuid } = launch
    const { agentAssistLifetimeSeconds, digitalLifetimeSeconds } = configuration
    const distant = provider.distant?.(configuration.provider)
    const now = clock.now()
    const row = {
      session_guid: sessionGuid,
      provider_session_guid: distant?.isNamed ? newGuid() : null,
      account_id: accountId,
      configuration_id: configuration.id,
      provider: configuration.provider ? JSON.stringify(configuration.provider) : null,
      follow: distant?.follow ?? ('ask' as const),
      call_guid: callGuid,
      asked_at: now,
      call_off_at: again === 'expected' ? now + againMilliseconds : now,
      next_look_at: now + holdMilliseconds,
      held_by: store.nodeId,
      sealed_session: launched.seal(sessionGuid, {
        row: session,
        requested: { order, paymentData },
        lifetimeSeconds: kind === 'digital' ? digitalLifetimeSeconds : agentAssistLifetimeSeconds,
      }),
    }
    return store.write(async (tx) => {
      if ((await rows.insert.run(tx, row)) === 1) return { row: { ...row, state: 'asked' }, isFirst: true }
      const before = await rows.lock.first(tx, { sessionGuid })
      if (before?.state === 'adopted' && before.follow === 'wait') throw cannotBeHandedOut(sessionGuid)
      if (before?.state !== 'asked' && before?.state !== 'adopted') throw over()
      const { call_off_at: callOffAt, next_look_at: heldUntil, held_by: node } = row
      await rows.askAgain.run(tx, { sessionGuid, callOffAt, heldUntil, node })
      return { row: before, isFirst: false }
    })
  }
}

const cannotBeHandedOut = (sessionGuid: Guid) =>
  new Problem('session-ended', `The payment provider’s answer was lost, and the session has ended.`, {
    members: { sessionGuid },
  })
