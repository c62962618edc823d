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
    try {
      const call = await callerOf.first(store.reader, { sessionGuid })
      return call?.sealed_caller
        ? sealer.open(callerPurpose(call.guid), call.sealed_caller).toString()
        : undefined
    } catch (error) {
      log.error({ err: error, capture: sessionGuid }, 'the number of a caller could not be read')
      return undefined
    }
  }
}
