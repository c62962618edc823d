import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { LinkOrder } from '../../vault/capture-sessions.ts'
import type { ProviderSentLink } from '../provider.ts'
import { invalidMembers } from '../wrong-members.ts'
import type { CallProvider } from './call-provider.ts'
import { targetOf } from './look-at-session.ts'
import { bodyOf, refused } from './provider-answers.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'

/**
 * Has another Tonegate's vault send the customer's link. PCI Pal sends none.
 *
 * @throws {Problem} `session-ended`, `not-possible-now`, `invalid-request` without a usable address,
 *   `provider-refused`, `provider-unavailable`.
 */
export function createSendRemoteLink({
  store,
  rows,
  call,
}: {
  readonly store: Store
  readonly rows: RemoteSessionRows
  readonly call: CallProvider
}): (guid: Guid, order: Partial<LinkOrder>) => Promise<ProviderSentLink> {
  return async (guid, order) => {
    const row = await rows.find.first(store.reader, { guid })
    if (!row || row.outcome !== null) throw ended()
    const target = targetOf(row)
    if (target.provider.kind === 'pci-pal') {
      throw new Problem('not-possible-now', 'The payment provider of this session sends no links.')
    }
    const answer = await call.withSharedTokens(target, {
      step: 'link',
      method: 'POST',
      path: `/api/v1/session/${target.provider.tenantId}/${guid}/link`,
      body: order,
    })
    const body = bodyOf(answer)
    if (answer.status >= 200 && answer.status <= 299) {
      const { channel, paymentformurl } = body ?? {}
      if ((channel === 'sms' || channel === 'email') && typeof paymentformurl === 'string') {
        return { channel, paymentFormUrl: paymentformurl }
      }
    }
    if (answer.status === 404) throw ended()
    if (answer.status === 409) {
      throw new Problem('not-possible-now', 'The payment provider cannot send the link at this point.')
    }
    if (answer.status === 400) {
      throw invalidMembers([{ path: '/to', message: 'is no address that the payment provider can send to' }])
    }
    throw refused('The payment provider refused to send the link.')
  }
}

const ended = () => new Problem('session-ended', 'The session has ended.')
