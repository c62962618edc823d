import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { callerPurpose } from './live-call.ts'
import { prepareLiveCallRows } from './live-call-rows.ts'

/** The number of the caller whose line is secured for a session; `undefined` where its platform did not tell it. */
export type CallerNumber = (sessionGuid: Guid) => Promise<string | undefined>

/** Opens callers' numbers, for agents alone (contract/calls §2). One that cannot be read is as one that was not told. */
export function createCallerNumber({
  store,
  sealer,
  log,
}: Pick<StoreParts, 'store' | 'sealer' | 'log'>): CallerNumber {
  const { callerOf } = prepareLiveCallRows(store)
  return async (sessionGuid) => {
    const call = await callerOf.first(store.reader, { sessionGuid })
    if (!call?.sealed_caller) return undefined
    try {
      return sealer.open(callerPurpose(call.guid), call.sealed_caller).toString()
    } catch (error) {
      log.error({ err: error, call: call.guid }, 'the sealed number of a caller cannot be decrypted')
      return undefined
    }
  }
}
