import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { CallProvider } from './call-provider.ts'
import type { Look } from './look-at-session.ts'
import { refused } from './provider-answers.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'
import { targetOf } from './target-of.ts'

/**
 * Ends an open session of another provider. PCI Pal cannot be told: the session ends here, and its outcome is `unknown`,
 * for a card may be typed and charged there until PCI Pal gives the session up. What its callback says then is the outcome.
 *
 * @throws {Problem} `not-possible-now` once the gateway has been asked; `provider-refused`, `provider-unavailable`.
 */
export function createCancelRemote({
  store,
  rows,
  call,
  look,
  taking,
  log,
}: Pick<StoreParts, 'store' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly call: CallProvider
  readonly look: Look
  readonly taking: TakeResult
}): (guid: Guid) => Promise<void> {
  async function endHere(guid: Guid): Promise<void> {
    log.warn(
      { providerSessionGuid: guid },
      'a session was cancelled without its provider being told: a card may still be charged there, check at the provider',
    )
    await taking.take({ guid, end: 'cancelled', outcome: 'unknown' })
  }

  return async (guid) => {
    const row = await rows.find.first(store.reader, { guid })
    if (!row || row.outcome !== null) return
    const target = targetOf(row)
    if (target.provider.kind === 'pci-pal') return endHere(guid)
    const { answer } = await call.withSharedTokens(target, {
      step: 'cancel',
      method: 'POST',
      path: `/api/v1/session/${target.provider.tenantId}/${guid}/cancel`,
    })
    const { status } = answer
    const looked = await look(guid)
    if (looked === 'taken') return
    if (status === 404) return endHere(guid)
    if (status === 409) {
      throw new Problem(
        'not-possible-now',
        'The payment is already being processed and can no longer be cancelled.',
      )
    }
    if (status < 200 || status > 299) throw refused('The payment provider refused to cancel the session.')
  }
}
