import { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { StoreParts } from '../../store/parts.ts'
import { cardTokenIn } from '../../vault/model/card-token-in.ts'
import type { Provider, ProviderLaunched } from '../provider.ts'
import { type DistantOpening, over } from './distant-opening.ts'
import type { FollowLaunches } from './follow-launches.ts'
import { type LaunchRow, type LaunchRows, providerOf } from './launch-rows.ts'
import { createLeaveLaunch } from './leave-launch.ts'
import { createWriteDownLaunch } from './write-down-launch.ts'

/**
 * Opens a session at a provider in another process. The launch is written down before the provider is asked, so that
 * one whose answer is lost is neither forgotten nor done twice: asked for again under its `Idempotency-Key` it is the
 * same session, and otherwise it is called off.
 *
 * @throws {Problem} what the provider answers; `provider-unavailable` when what was asked is over meanwhile.
 */
export type OpenDistant = (opening: DistantOpening) => Promise<ProviderLaunched>

export function createOpenDistant(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock' | 'log'> & {
    readonly rows: LaunchRows
    readonly provider: Provider
    readonly following: FollowLaunches
  },
): OpenDistant {
  const { store, rows, provider, following, clock, log } = parts
  const onLaunch = createOneAtATime()
  const writeDown = createWriteDownLaunch(parts)
  const { unanswered, leave } = createLeaveLaunch(parts)

  async function ask({ launch }: DistantOpening, row: LaunchRow): Promise<ProviderLaunched> {
    const { provider: _, ...configuration } = launch.configuration
    const settings = providerOf(row)
    const providerSessionGuid = row.provider_session_guid
    const answer = await provider.launch({
      ...launch,
      configuration: { ...configuration, ...(settings && { provider: settings }) },
      ...(providerSessionGuid && { providerSessionGuid }),
    })
    await answer.durable
    return answer
  }

  async function settle(
    { launch, write, writeAgain }: DistantOpening,
    answer: ProviderLaunched,
    isNamed: boolean,
  ): Promise<void> {
    const { sessionGuid, configuration, kind, paymentData } = launch
    const sendsLink = kind === 'digital' && configuration.flow.sendLink !== 'never'
    const awaitsOpening = isNamed && (sendsLink || cardTokenIn(paymentData) !== undefined)
    await store.write(async (tx) => {
      const isAsked = awaitsOpening
        ? await rows.becomeOpened.run(tx, { sessionGuid, now: clock.now() })
        : await rows.remove.run(tx, { sessionGuid, state: 'asked' })
      if (isAsked === 1) return write(tx, answer)
      const row = await rows.lock.first(tx, { sessionGuid })
      if (row?.state !== 'adopted') throw over()
      await writeAgain(tx, answer)
    })
    if (awaitsOpening) following.look()
  }

  return (opening) =>
    onLaunch(opening.launch.sessionGuid, async () => {
      const written = await writeDown(opening)
      const failed = async (settling: Promise<void>, error: unknown): Promise<never> => {
        await settling.catch((err: unknown) =>
          log.error({ err, sessionGuid: written.row.session_guid }, 'a failed launch will be resolved later'),
        )
        throw error
      }
      const answer = await ask(opening, written.row).catch((error: unknown) =>
        failed(unanswered(opening, written, error), error),
      )
      const { isNamed = false } = provider.distant?.(providerOf(written.row)) ?? {}
      await settle(opening, answer, isNamed).catch((error: unknown) => failed(leave(opening, error), error))
      return answer
    })
}
