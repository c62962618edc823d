import { type DigitFormat, reformat } from './format-card.ts'

/** One input of the form, kept in its format while it is typed into. Its digits are in its value alone. */
export function createCardField({
  input,
  error,
  format,
  changed,
}: {
  readonly input: HTMLInputElement
  /** Where it is said what is wrong. */
  readonly error: HTMLElement
  readonly format: DigitFormat
  readonly changed: () => void
}) {
  let before = ''
  let shown = ''

  function keepFormat(inputType: string): void {
    const caret = input.selectionStart ?? input.value.length
    const next = reformat({ text: input.value, caret }, { format, before, inputType })
    if (next.text !== input.value) {
      input.value = next.text
      if (document.activeElement === input) input.setSelectionRange(next.caret, next.caret)
    }
    before = next.digits
    shown = next.text
  }

  /** A browser that fills in a field does not always say so. */
  function digits(): string {
    if (input.value !== shown) keepFormat('')
    return before
  }

  function showError(text: string): void {
    error.textContent = text
    if (text === '') input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
  }

  input.addEventListener('input', (event) => {
    keepFormat(event instanceof InputEvent ? event.inputType : '')
    showError('')
    changed()
  })

  return {
    input,
    digits,
    showError,
    /** Writes it anew, after what decides on its format has changed. */
    refresh: () => keepFormat(''),
    clear(): void {
      input.value = ''
      before = ''
      shown = ''
    },
  }
}

export type CardField = ReturnType<typeof createCardField>
