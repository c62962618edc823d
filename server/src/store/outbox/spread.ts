import type { Random } from '../../base/random.ts'

/**
 * A pause that is up to a share longer or shorter, so that messages that failed together do not come back together.
 *
 * @param share of the pause, to either side: 0.25 makes three to five seconds of four.
 */
export function spread(pause: number, share: number, random: Random): number {
  const part = random(4).readUInt32BE() / 2 ** 32
  return Math.round(pause * (1 - share + 2 * share * part))
}
