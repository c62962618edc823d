import { type DigitFormat, reformat } from './format-card.ts'

/**
 * One input of the form, kept in its format while it is typed into. Its digits are in its value alone.
 *
 * What an input method composes (Japanese, Chinese, Korean and many others) is its own until the composition has ended:
 * rewritten before, it would be put together wrong.
 */
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
  let isComposing = false
  /** As it is written: Firefox tells nothing of purposes that it does not fill in. */
  const purpose = input.getAttribute('autocomplete') ?? ''

  /**
   * A browser keeps what a page's inputs hold, on its disk too, for Back and for its next start. One that is not to
   * complete itself is left out: an empty one says what it is for, so that a kept card can still be filled in.
   */
  function stayUnsaved(): void {
    input.setAttribute('autocomplete', input.value === '' ? purpose : 'off')
  }

  function keepFormat(inputType: string): void {
    const caret = input.selectionStart ?? input.value.length
    const next = reformat({ text: input.value, caret }, { format, before, inputType })
    if (next.text !== input.value) {
      input.value = next.text
      if (document.activeElement === input) input.setSelectionRange(next.caret, next.caret)
    }
    before = next.digits
    shown = next.text
    stayUnsaved()
  }

  /** A browser that fills in a field does not always say so. */
  function digits(): string {
    if (isComposing) return format.digitsOf(input.value)
    if (input.value !== shown) keepFormat('')
    return before
  }

  function showError(text: string): void {
    error.textContent = text
    if (text === '') input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
  }

  function typed(inputType: string): void {
    if (isComposing) stayUnsaved()
    else keepFormat(inputType)
    showError('')
    changed()
  }

  input.addEventListener('compositionstart', () => {
    isComposing = true
  })
  input.addEventListener('compositionend', () => {
    isComposing = false
    typed('')
  })
  input.addEventListener('input', (event) => typed(event instanceof InputEvent ? event.inputType : ''))

  return {
    input,
    digits,
    showError,
    /** Writes it anew, after what decides on its format has changed. */
    refresh: () => isComposing || keepFormat(''),
    clear(): void {
      input.value = ''
      before = ''
      shown = ''
      stayUnsaved()
    },
  }
}

export type CardField = ReturnType<typeof createCardField>
