import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import type { Launch } from '../model/launch.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending, VaultSessions } from '../model/vault-sessions.ts'

/**
 * What the row of a session keeps of its end, as JSON: nothing of the card, and nothing of the customer. Its result is
 * beside it until it was taken, the only form in which it is reported; this stays for whoever has the link.
 */
export function endingOf(result: SessionResult, { order, flow }: Launch): string {
  const { amountMinor, currency } = order
  const { merchantName, language } = flow
  const ending: Ending = { ...endOf(result), order: { amountMinor, currency }, merchantName, language }
  return JSON.stringify(ending)
}

/** The same session's end, now that its outcome is known, or another one; with the outcome that it had at first. */
export function corrected(ending: string, result: SessionResult): string {
  const { declineReason: _, firstOutcome, ...before } = JSON.parse(ending) as Ending
  const now: Ending = { ...before, ...endOf(result), firstOutcome: firstOutcome ?? before.outcome }
  return JSON.stringify(now)
}

const endOf = ({ end, outcome, charge }: SessionResult) => ({
  end,
  outcome,
  ...(charge?.declineReason !== undefined && { declineReason: charge.declineReason }),
})

/** Finds how a session ended, for whoever has its link. */
export function createFindEnding({
  store,
  rows,
  links,
}: {
  readonly store: Store
  readonly rows: VaultRows
  readonly links: PaymentLinks
}): VaultSessions['findEnding'] {
  return async (guid: Guid, linkSecret: string) => {
    const row = await rows.ending.first(store.reader, { guid })
    if (!row?.ending || !links.isSecretOf(guid, row.link_generation, linkSecret)) return undefined
    return JSON.parse(row.ending) as Ending
  }
}
