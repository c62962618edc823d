import type { Random } from '../../base/random.ts'
import { spread } from '../../store/outbox/spread.ts'

const minute = 60_000

/** For so long after its session's end a message is tried (contract/payment-api §5). */
export const tryingMilliseconds = 12 * 60 * minute

const first = [5_000, 30_000, 2 * minute] as const
const later = 5 * minute

/** How far waits are spread to either side. */
const spreadShare = 0.25

/** How long to wait, after so many tries that failed: seconds at first, then every few minutes. */
export const retryMilliseconds = (failures: number, random: Random): number =>
  spread(first[failures - 1] ?? later, spreadShare, random)
