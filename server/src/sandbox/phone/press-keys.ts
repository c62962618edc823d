import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import type { CallerPhones } from './caller-phones.ts'
import type { CallsClient } from './calls-client.ts'

/** Who hears a key that is pressed. */
export type KeyReceiver = 'listener' | 'agent'

/** Keys as the caller presses them. */
export interface PressedKeys {
  /** `0` to `9`, `*` and `#`; read until they are pressed, and overwritten by whoever has them. */
  readonly keys: Uint8Array
  /** The pause between two. */
  readonly gapMilliseconds: number
}

/** In one request (contract/calls §3). */
const maxKeys = 64

/**
 * Presses a caller's keys: those of a secured line go to Tonegate, numbered, and to nobody else; others the agent hears, and so
 * those that Tonegate does not take.
 *
 * @throws {Problem} `not-found` when there is no such call, or it ends before the last key.
 * @returns who heard the first.
 */
export function createPressKeys({
  client,
  phones,
  clock,
}: {
  readonly client: Pick<CallsClient, 'require' | 'keys'>
  readonly phones: Pick<CallerPhones, 'isSecured' | 'numberKeys' | 'keysRefused' | 'ended'>
  readonly clock: Clock
}) {
  const onCall = createOneAtATime()

  async function send(callGuid: Guid, keys: Uint8Array): Promise<KeyReceiver> {
    const first = phones.numberKeys(callGuid, keys.length)
    try {
      await client.keys(callGuid, keys, first)
      return 'listener'
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.code === 'not-found') phones.ended(callGuid)
      if (error.code !== 'call-not-secured') throw error
      phones.keysRefused(callGuid, first)
      return 'agent'
    }
  }

  async function pressTogether(callGuid: Guid, keys: Uint8Array): Promise<KeyReceiver> {
    if (phones.isSecured(callGuid)) return onCall(callGuid, () => send(callGuid, keys))
    await client.require(callGuid)
    return 'agent'
  }

  return async (callGuid: Guid, { keys, gapMilliseconds }: PressedKeys): Promise<KeyReceiver> => {
    const together = gapMilliseconds > 0 ? 1 : maxKeys
    const heardBy = await pressTogether(callGuid, keys.subarray(0, together))
    for (let from = together; from < keys.length; from += together) {
      if (gapMilliseconds > 0) await pause(clock, gapMilliseconds)
      await pressTogether(callGuid, keys.subarray(from, from + together))
    }
    return heardBy
  }
}

const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => clock.after(milliseconds, resolve))
