import { brandOf } from '@tonegate/protocol/card/brand'
import { type FormErrors, inputNames, type PaymentFormData } from '@tonegate/protocol/payment-page-data'
import type { FieldName } from '@tonegate/protocol/view-state'
import { brandName } from './brand-names.ts'
import { type CardField, createCardField } from './card-field.ts'
import { checkField } from './check-card.ts'
import { cardNumberFormat, type DigitFormat, expiryFormat, securityCodeFormat } from './format-card.ts'

export type CardFields = ReturnType<typeof createCardFields>

/**
 * The fields that the page has, each in its format, with the card's brand and with errors beside them.
 *
 * @param typed hears how many digits a field has, whenever it is typed into.
 */
export function createCardFields(
  form: HTMLFormElement,
  data: PaymentFormData,
  typed: (field: { readonly field: FieldName; readonly digits: number }) => void,
) {
  const { now, texts } = data
  const openedAt = performance.now()
  const showBrand = brandShown(form, texts.securityCodeHints)
  const digitsOf = (name: FieldName) => fields.get(name)?.digits() ?? ''
  const brand = () => brandOf(digitsOf('pan').slice(0, 8))
  const formats: readonly (readonly [FieldName, DigitFormat])[] = [
    ['pan', cardNumberFormat],
    ['expiry', expiryFormat],
    ['securityCode', securityCodeFormat(() => brand()?.codeDigits ?? 4)],
  ]
  const field = (name: FieldName, format: DigitFormat): CardField =>
    createCardField({
      input: element(inputNames[name]) as HTMLInputElement,
      error: element(`${inputNames[name]}-error`),
      format,
      changed() {
        typed({ field: name, digits: digitsOf(name).length })
        if (name === 'pan') showBrand(brand())
      },
    })
  const fields: ReadonlyMap<FieldName, CardField> = new Map(
    formats
      .filter(([name]) => document.getElementById(inputNames[name]))
      .map(([name, format]) => [name, field(name, format)]),
  )

  function check(name: FieldName): FormErrors[FieldName] {
    const digits = {
      pan: digitsOf('pan'),
      expiry: digitsOf('expiry'),
      securityCode: digitsOf('securityCode'),
    }
    return checkField(name, digits, { ...data, now: now + performance.now() - openedAt })
  }

  return {
    all: fields,
    /** Shows what is wrong with one of them, if anything is. */
    showErrorOf(name: FieldName): void {
      const error = check(name)
      if (error) fields.get(name)?.showError(texts.fieldErrors[error])
    },
    /** What is wrong with them, by their names. */
    errors: (): FormErrors =>
      Object.fromEntries(
        [...fields.keys()].flatMap((name) => {
          const error = check(name)
          return error ? [[name, error]] : []
        }),
      ),
    showErrors(errors: FormErrors): void {
      for (const [name, { showError }] of fields) {
        const error = errors[name]
        showError(error ? texts.fieldErrors[error] : '')
      }
      const first = [...fields].find(([name]) => errors[name])
      first?.[1].input.focus()
    },
    clear(): void {
      for (const field of fields.values()) field.clear()
      showBrand(brand())
    },
    /** Writes them anew: a browser fills in what a page had before. */
    refresh(): void {
      for (const { refresh } of fields.values()) refresh()
      showBrand(brand())
    },
  }
}

const element = (id: string) => document.getElementById(id) as HTMLElement

/** The brand beside the card number, and where its security code stands. */
function brandShown(form: HTMLFormElement, hints: PaymentFormData['texts']['securityCodeHints']) {
  const chip = form.querySelector('.brand') as HTMLElement
  const codeHint = document.getElementById(`${inputNames.securityCode}-hint`)
  return (known: ReturnType<typeof brandOf>): void => {
    chip.textContent = known ? brandName(known.name) : ''
    if (codeHint) codeHint.textContent = hints[known?.codeDigits === 4 ? '4' : known ? '3' : 'any']
  }
}
