import type { Guid } from '../../base/guid.ts'
import type { OutgoingAnswer } from '../../base/outgoing/outgoing.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { LinkOrder } from '../../vault/model/vault-sessions.ts'
import type { ProviderSentLink } from '../provider.ts'
import { invalidMembers } from '../requests/wrong-members.ts'
import type { CallProvider } from './call-provider.ts'
import { bodyOf, pageUrl, problemCode, refused, retrySeconds } from './provider-answers.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import { targetOf } from './target-of.ts'

/**
 * Has another Tonegate's vault send the customer's link. PCI Pal sends none.
 *
 * @throws {Problem} `session-ended`, `not-possible-now`, `invalid-request` without a usable address, `quota-exceeded`,
 *   `link-not-sent`, `provider-refused`, `provider-unavailable`.
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
      throw new Problem('not-possible-now', 'The payment provider of this session cannot send links.')
    }
    const { answer } = await call.withSharedTokens(target, {
      step: 'link',
      method: 'POST',
      path: `/api/v1/session/${target.provider.tenantId}/${guid}/link`,
      body: { Channel: order.channel, To: order.to },
    })
    if (answer.status < 200 || answer.status > 299) throw asProblem(answer)
    const { channel, paymentformurl } = bodyOf(answer) ?? {}
    const paymentFormUrl = pageUrl(paymentformurl)
    if ((channel === 'sms' || channel === 'email') && paymentFormUrl !== undefined) {
      return { channel, paymentFormUrl }
    }
    throw refused('The payment provider returned an unexpected answer instead of a link.')
  }
}

/** Nothing that the provider wrote is repeated. */
function asProblem(answer: OutgoingAnswer): Problem {
  switch (problemCode(answer)) {
    case 'session-ended':
    case 'not-found':
      return ended()
    case 'invalid-request':
      return invalidMembers([
        { path: '/to', message: 'is not an address that the payment provider can send to' },
      ])
    case 'not-possible-now':
      return new Problem('not-possible-now', 'The payment provider cannot send the link at the moment.')
    case 'quota-exceeded':
      return new Problem(
        'quota-exceeded',
        'The payment provider has sent the link the maximum number of times.',
        {
          headers: { 'retry-after': String(retrySeconds(answer)) },
        },
      )
    case 'link-not-sent':
      return new Problem('link-not-sent', 'The link was not accepted for delivery.')
    default:
      return refused('The payment provider refused to send the link.')
  }
}

const ended = () => new Problem('session-ended', 'The session has ended.')
