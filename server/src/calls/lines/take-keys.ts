import type { Tone } from '@tonegate/protocol/telephone'
import { Problem } from '../../base/problem.ts'
import type { SecuredLine } from './secured-line.ts'

/** Keys as a platform sends them. */
export interface SentKeys {
  /** `0` to `9`, `*` and `#`; overwritten with what holds them. */
  readonly keys: Uint8Array
  /** The number of the first of them, counted since the line was secured; each counts where there is none. */
  readonly sequence: number | undefined
}

/**
 * Gives keys to the session that a line is secured for (contract/calls §3). Those that came before are not taken again.
 * Behind a gap they are the rest of an entry that is asked for again: the session hears of the gap, and not of them.
 *
 * @returns how many had not come before.
 * @throws {Problem} `call-not-secured`
 */
export function takeKeys(
  secured: SecuredLine | undefined,
  { keys, sequence = secured?.nextKey ?? 0 }: SentKeys,
  now: number,
): number {
  if (secured?.state !== 'secured') throw notSecured()
  secured.heardAt = now
  const { nextKey, listener } = secured
  const before = Math.max(0, Math.min(nextKey - sequence, keys.length))
  secured.nextKey = Math.max(nextKey, sequence + keys.length)
  if (sequence > nextKey) listener.trouble('keys-lost')
  else for (const key of keys.subarray(before)) listener.tone(String.fromCharCode(key) as Tone, now)
  return keys.length - before
}

const notSecured = (): Problem =>
  new Problem(
    'call-not-secured',
    'No payment session listens to this call, or its line is not confirmed to be secured. The keys were discarded.',
  )
