import type { ViewState } from '../../../server/src/vault/view-state.ts'
import { currentField } from './current-field.ts'
import { texts } from './texts.ts'

export interface SentenceSetting {
  readonly entry: 'keypad' | 'link'
  readonly confirmByKeypad: boolean
}

/** Where the session stands, and what the agent does next, in one or two short sentences. */
export function sentence(state: ViewState, { entry, confirmByKeypad }: SentenceSetting): string {
  switch (state.state) {
    case 'processing':
      return texts.processing
    case 'confirming':
      return confirmByKeypad && entry === 'keypad' ? texts.completeByKeypad : texts.complete
    case 'capturing':
      return entry === 'link' ? texts.customerTypes : capturing(state)
    case 'ended':
      return ''
  }
}

function capturing(state: ViewState): string {
  const current = currentField(state)
  if (!current) return texts.between
  const { state: standing, error } = state.fields[current]
  const inSentence = texts.fieldsInSentence[current]
  if (standing === 'entering') return texts.entering(inSentence)
  return error ? texts.refused[error](inSentence) : texts.asked[current]
}
