import type { Store } from '../../store/store.ts'
import type { Provider } from '../provider.ts'
import type { CallProvider } from './call-provider.ts'
import { sentCallbackValues } from './callbacks/read-callback.ts'
import type { Look } from './look-at-session.ts'
import { refused } from './provider-answers.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import { targetOf } from './target-of.ts'

/**
 * Has another Tonegate's vault void what was authorised in a session that has ended, where the vault's own flow allows
 * it. PCI Pal cannot be asked.
 *
 * @throws {Problem} `provider-refused`, `provider-unavailable`.
 */
export function createCancelRemoteAfterwards({
  store,
  rows,
  call,
  look,
}: {
  readonly store: Store
  readonly rows: RemoteSessionRows
  readonly call: CallProvider
  readonly look: Look
}): Provider['cancelAfterwards'] {
  return async (guid) => {
    const row = await rows.find.first(store.reader, { guid })
    const target = row && targetOf(row)
    if (target?.provider.kind !== 'tonegate') return 'nothing'
    const { answer } = await call.withSharedTokens(target, {
      step: 'cancel',
      method: 'POST',
      path: `/api/v1/session/${target.provider.tenantId}/${guid}/cancel`,
    })
    const { status, body } = answer
    if (status === 200) {
      await look(guid)
      return 'voided'
    }
    if (status === 404) return 'nothing'
    const held = status === 409 ? sentCallbackValues(body, 'json')('held') : undefined
    if (held === 'refused' || held === 'not-known') return held
    if (status === 409) return 'nothing'
    throw refused('The payment provider refused to cancel the session.')
  }
}
