import type { Random } from '../../base/random.ts'

const minute = 60_000

/** For so long after its session's end a message is tried (contract/payment-api §5). */
export const tryingMilliseconds = 12 * 60 * minute

const first = [5_000, 30_000, 2 * minute] as const
const later = 5 * minute

/** Waits are spread by a quarter to either side, so that messages that failed together do not come back together. */
const spread = 0.25

/** How long to wait, after so many tries that failed: seconds at first, then every few minutes. */
export function retryMilliseconds(failures: number, random: Random): number {
  const middle = first[failures - 1] ?? later
  const part = random(4).readUInt32BE() / 2 ** 32
  return Math.round(middle * (1 - spread + 2 * spread * part))
}
