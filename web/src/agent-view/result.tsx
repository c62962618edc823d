import type { ViewState } from '../../../server/src/vault/view-state.ts'
import { texts } from './texts.ts'

/** How the session ended, why, and what to tell the caller. */
export function Result({ state: { result, order } }: { readonly state: ViewState }) {
  if (!result) return null
  const { end, outcome, declineReason, authorisationCode } = result
  const verified = outcome === 'approved' && order.amountMinor === 0
  const { heading, advice } = verified ? texts.verified : texts.outcomes[outcome]
  const ends: Partial<Record<typeof end, string>> = texts.ends
  const reason = declineReason ? texts.declineReasons[declineReason] : ends[end]
  return (
    <div class={`result ${outcome}`}>
      <h2>{heading}</h2>
      {reason !== undefined && <p>{reason}</p>}
      <p>{advice}</p>
      {authorisationCode !== undefined && (
        <p class="code">
          {texts.authorisationCode} <b>{authorisationCode}</b>
        </p>
      )}
    </div>
  )
}
