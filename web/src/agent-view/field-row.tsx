import { fieldAskedAt } from '@tonegate/protocol/steps'
import type { FieldName, FieldView, ViewState } from '@tonegate/protocol/view-state'
import { brandName } from './brand-name.ts'
import { Dots } from './dots.tsx'
import { useTexts } from './use-texts.ts'

/** One field: its dots, where it stands, and the button that asks for it again. */
export function FieldRow({
  name,
  state,
  onAsk,
}: {
  readonly name: FieldName
  readonly state: ViewState
  /** Absent when it cannot be asked for. */
  readonly onAsk?: () => void
}) {
  const texts = useTexts()
  const field = state.fields[name]
  const isFirst = field.state === 'empty'
  const isCurrent = fieldAskedAt(state.step) === name
  return (
    <li class={`field ${field.state}${isCurrent ? ' current' : ''}`}>
      <div class="name">
        <h2>{texts.fields[name]}</h2>
        {name === 'pan' && state.brand !== null && <span class="brand">{brandName(state.brand)}</span>}
      </div>
      <Dots name={name} state={state} />
      <FieldStanding field={field} isTypedOnPage={state.entry === 'link' && !isCurrent} />
      {onAsk && (
        <button type="button" aria-label={(isFirst ? texts.askFor : texts.askAgainFor)[name]} onClick={onAsk}>
          {isFirst ? texts.ask : texts.askAgain}
        </button>
      )}
    </li>
  )
}

function FieldStanding({
  field: { state, error, attemptsLeft, digits, optional },
  isTypedOnPage,
}: {
  readonly field: FieldView
  /** The customer types into the payment page, in any order, and not into this field at the moment. */
  readonly isTypedOnPage: boolean
}) {
  const texts = useTexts()
  if (state === 'not-asked') return null
  const isLeftOut = optional && state === 'complete' && digits === 0
  const states = isTypedOnPage ? texts.pageFieldStates : texts.fieldStates
  const usual = isLeftOut ? texts.leftOut : states[state]
  const isTried = error !== undefined || (!isTypedOnPage && (state === 'asked' || state === 'entering'))
  return (
    <p class={`state${error ? ' error' : ''}`}>
      {error ? texts.fieldErrors[error] : usual}
      {isTried && (
        <>
          , <span class="unbroken">{texts.attemptsLeft(attemptsLeft)}</span>
        </>
      )}
    </p>
  )
}
