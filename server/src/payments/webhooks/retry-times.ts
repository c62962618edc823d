import type { Random } from '../../base/random.ts'
import { spread } from '../../store/outbox/spread.ts'
import type { WebhookEvent } from '../configurations/webhook-events.ts'

const minute = 60_000

/** For so long after its session's end a message is tried (contract/payment-api §5). */
const tryingMilliseconds = 12 * 60 * minute

/** Whoever has not heard of progress by then knows more by the status. */
const tryingProgressMilliseconds = 10 * minute

/** For so long after what it tells a message is tried. @param type null: the status of a session. */
export const triedMilliseconds = (type: WebhookEvent | null): number =>
  type === 'session.progress' ? tryingProgressMilliseconds : tryingMilliseconds

const first = [5_000, 30_000, 2 * minute] as const
const later = 5 * minute

/** How far waits are spread to either side. */
const spreadShare = 0.25

/** How long to wait, after so many tries that failed: seconds at first, then every few minutes. */
export const retryMilliseconds = (failures: number, random: Random): number =>
  spread(first[failures - 1] ?? later, spreadShare, random)
