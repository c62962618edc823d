import type { CaptureResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import type { CaptureRows } from '../model/capture-rows.ts'
import type { CaptureSessions, Ending } from '../model/capture-sessions.ts'
import type { Launch } from '../model/launch.ts'

/** What the row of a session keeps of its end, as JSON: nothing of the card, and nothing of the customer. */
export function endingOf(result: CaptureResult, { order, flow }: Launch): string {
  const { amountMinor, currency } = order
  const { merchantName, language } = flow
  const ending: Ending = { ...endOf(result), order: { amountMinor, currency }, merchantName, language }
  return JSON.stringify(ending)
}

/** The same session's end, now that its outcome is known. */
export function corrected(ending: string, result: CaptureResult): string {
  const { declineReason: _, ...before } = JSON.parse(ending) as Ending
  return JSON.stringify({ ...before, ...endOf(result) })
}

const endOf = ({ end, outcome, charge }: CaptureResult) => ({
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
  readonly rows: CaptureRows
  readonly links: PaymentLinks
}): CaptureSessions['findEnding'] {
  return async (guid: Guid, linkSecret: string) => {
    const row = await rows.ending.first(store.reader, { guid })
    if (!row?.ending || !links.isSecretOf(guid, row.link_generation, linkSecret)) return undefined
    return JSON.parse(row.ending) as Ending
  }
}
