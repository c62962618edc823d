import type { FieldName, FieldView, ViewState } from '../../../server/src/vault/view-state.ts'
import { currentField } from './current-field.ts'
import { Dots } from './dots.tsx'
import { brandName, texts } from './texts.ts'

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
  const field = state.fields[name]
  const ask = field.state === 'empty' ? texts.ask : texts.askAgain
  return (
    <li class={`field ${field.state}${currentField(state) === name ? ' current' : ''}`}>
      <div class="name">
        <h2>{texts.fields[name]}</h2>
        {name === 'pan' && state.brand !== null && <span class="brand">{brandName(state.brand)}</span>}
      </div>
      <Dots name={name} state={state} />
      <Standing field={field} />
      {onAsk && (
        <button
          type="button"
          aria-label={`${ask} ${texts.forField(texts.fieldsInSentence[name])}`}
          onClick={onAsk}
        >
          {ask}
        </button>
      )}
    </li>
  )
}

function Standing({ field: { state, error, attemptsLeft } }: { readonly field: FieldView }) {
  if (!error) return <p class="state">{texts.fieldStates[state]}</p>
  return (
    <p class="state error">
      {texts.fieldErrors[error]}, <span class="unbroken">{texts.attemptsLeft(attemptsLeft)}</span>
    </p>
  )
}
