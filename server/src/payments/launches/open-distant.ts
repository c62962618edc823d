import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import { type Connection, UniqueViolation } from '../../store/store.ts'
import { cardTokenIn } from '../../vault/model/card-token-in.ts'
import type { SessionRow } from '../insert-session.ts'
import { NotLaunched, type Provider, type ProviderLaunch, type ProviderLaunched } from '../provider.ts'
import type { FollowLaunches } from './follow-launches.ts'
import { createLaunchSeal, type LaunchRow, type LaunchRows, providerOf } from './launch-rows.ts'

/** So long a program has for trying again with its `Idempotency-Key`, until the launch is called off. */
const againMilliseconds = 5 * 60_000

/** A launch at a provider in another process. */
export interface DistantOpening {
  readonly launch: ProviderLaunch
  readonly row: SessionRow
  /** Whether the same request may come again and then means this session. */
  readonly again: 'expected' | 'never'
  /** Writes the session, in the transaction that settles its launch. */
  readonly write: (transaction: Connection, launched: ProviderLaunched) => Promise<void>
  /** The session is there already: it was taken up when something happened in it. */
  readonly writeAgain: (transaction: Connection, launched: ProviderLaunched) => Promise<void>
}

/**
 * Opens a session at a provider in another process. The launch is written down before the provider is asked, so that
 * one whose answer is lost is neither forgotten nor done twice: asked for again under its `Idempotency-Key` it is the
 * same session, and otherwise it is called off.
 *
 * @throws {Problem} what the provider answers; `provider-unavailable` when what was asked is over meanwhile.
 */
export type OpenDistant = (opening: DistantOpening) => Promise<ProviderLaunched>

interface Written {
  readonly row: LaunchRow
  readonly isFirst: boolean
}

export function createOpenDistant({
  store,
  rows,
  sealer,
  provider,
  following,
  newGuid,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock' | 'log'> & {
  readonly rows: LaunchRows
  readonly provider: Provider
  readonly following: FollowLaunches
}): OpenDistant {
  const launched = createLaunchSeal<SessionRow>(sealer)

  /** A launch that was asked for before goes where it went, whatever its configuration says by now. */
  async function writeDown({ launch, row: session, again }: DistantOpening): Promise<Written> {
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
      sealed_session: launched.seal(sessionGuid, {
        row: session,
        requested: { order, paymentData },
        lifetimeSeconds: kind === 'digital' ? digitalLifetimeSeconds : agentAssistLifetimeSeconds,
      }),
    }
    return store.write(async (tx) => {
      const before = await rows.find.first(tx, { sessionGuid })
      if (!before) {
        await rows.insert.run(tx, row)
        return { row: { ...row, state: 'asked' }, isFirst: true }
      }
      if (before.state === 'adopted' && before.follow === 'wait') throw cannotBeHandedOut(sessionGuid)
      if (before.state !== 'asked' && before.state !== 'adopted') throw over()
      await rows.postpone.run(tx, { sessionGuid, callOffAt: row.call_off_at })
      return { row: before, isFirst: false }
    })
  }

  async function ask({ launch }: DistantOpening, row: LaunchRow): Promise<ProviderLaunched> {
    const { provider: _, ...configuration } = launch.configuration
    const settings = providerOf(row)
    const providerSessionGuid = row.provider_session_guid as Guid | null
    const answer = await provider.launch({
      ...launch,
      configuration: { ...configuration, ...(settings && { provider: settings }) },
      ...(providerSessionGuid && { providerSessionGuid }),
    })
    await answer.durable
    return answer
  }

  /** A launch that is known not to have come leaves nothing, unless an earlier try of it may still come. */
  async function unanswered(opening: DistantOpening, { isFirst }: Written, error: unknown): Promise<void> {
    const { sessionGuid } = opening.launch
    const isKnown = error instanceof NotLaunched || (error instanceof Problem && error.status < 500)
    if (isKnown && isFirst) {
      await store.write((tx) => rows.remove.run(tx, { sessionGuid }))
      return
    }
    await leave(opening, error)
  }

  /** Whoever may come again has some time for it. */
  async function leave({ launch, again }: DistantOpening, error: unknown): Promise<void> {
    const { sessionGuid } = launch
    const isExpected = again === 'expected' && mayComeAgain(error)
    const callOffAt = clock.now() + (isExpected ? againMilliseconds : 0)
    await store
      .write((tx) => rows.postpone.run(tx, { sessionGuid, callOffAt }))
      .finally(() => following.follow(sessionGuid, callOffAt))
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
      const row = await rows.find.first(tx, { sessionGuid })
      if (row?.state === 'adopted') return writeAgain(tx, answer)
      if (row?.state !== 'asked') throw over()
      await write(tx, answer)
      if (awaitsOpening) await rows.become.run(tx, { sessionGuid, state: 'opened' })
      else await rows.remove.run(tx, { sessionGuid })
    })
    if (awaitsOpening) following.follow(sessionGuid, clock.now())
  }

  return (opening) =>
    following.onLaunch(opening.launch.sessionGuid, async () => {
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

/** Whether the same request may come again after an error: those that speak of it are kept as its answer. */
const mayComeAgain = (error: unknown): boolean =>
  !(error instanceof UniqueViolation) &&
  !(error instanceof Problem && error.status < 500 && error.code !== 'idempotency-in-progress')

const over = () =>
  new Problem('provider-unavailable', 'The session ended before it was opened. Try again.', {
    headers: { 'retry-after': '1' },
  })

const cannotBeHandedOut = (sessionGuid: Guid) =>
  new Problem('session-ended', `The payment provider’s answer was lost, and the session has ended.`, {
    members: { sessionGuid },
  })
