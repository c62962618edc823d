import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import { UniqueViolation } from '../../store/store.ts'
import { NotLaunched } from '../provider.ts'
import { againMilliseconds, type DistantOpening } from './distant-opening.ts'
import type { FollowLaunches } from './follow-launches.ts'
import type { LaunchRows } from './launch-rows.ts'
import type { WrittenLaunch } from './write-down-launch.ts'

/** What is done with a launch that has failed, or whose answer was lost. */
export function createLeaveLaunch({
  store,
  rows,
  following,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly rows: LaunchRows
  readonly following: FollowLaunches
}) {
  /** A launch that is known not to have come leaves nothing, unless an earlier try of it may still come. */
  async function unanswered(
    opening: DistantOpening,
    { isFirst, row: { call_off_at: callOffAt } }: WrittenLaunch,
    error: unknown,
  ): Promise<void> {
    const { sessionGuid } = opening.launch
    const isKnown = error instanceof NotLaunched || (error instanceof Problem && error.status < 500)
    if (isKnown && isFirst) {
      if ((await store.write((tx) => rows.removeUnsent.run(tx, { sessionGuid, callOffAt }))) === 1) return
    }
    await leave(opening, error)
  }

  /** Whoever may come again has some time for it. */
  async function leave({ launch, again }: DistantOpening, error: unknown): Promise<void> {
    const { sessionGuid } = launch
    const isExpected = again === 'expected' && mayComeAgain(error)
    const callOffAt = clock.now() + (isExpected ? againMilliseconds : 0)
    await store.write((tx) => rows.leave.run(tx, { sessionGuid, callOffAt, node: store.nodeId }))
    if (!isExpected) following.look()
  }

  return { unanswered, leave }
}

/** Whether the same request may come again after an error: those that speak of it are kept as its answer. */
const mayComeAgain = (error: unknown): boolean =>
  !(error instanceof UniqueViolation) &&
  !(error instanceof Problem && error.status < 500 && error.code !== 'idempotency-in-progress')
