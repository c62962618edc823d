import type { ViewState } from '@tonegate/protocol/view-state'
import type { ComponentChildren } from 'preact'
import { useTexts } from './use-texts.ts'

/** How the session ended, and why; under it, what to tell the caller. */
export function Result({
  state: { result },
  children,
}: {
  readonly state: ViewState
  readonly children: ComponentChildren
}) {
  const texts = useTexts()
  if (!result) return null
  const { end, outcome, declineReason, authorisationCode } = result
  const { heading, advice } = texts.outcomes[outcome]
  const reason = declineReason ? texts.declineReasons[declineReason] : texts.ends[end]
  return (
    <div class={`result ${outcome}`}>
      <h2>{heading}</h2>
      <p>
        {reason !== undefined && `${reason} `}
        {advice}
      </p>
      {children}
      {authorisationCode !== undefined && (
        <p class="code">
          {texts.authorisationCode}: <b>{authorisationCode}</b>
        </p>
      )}
    </div>
  )
}
