import { brandOf } from '@tonegate/protocol/card/brand'
import { type FormErrors, inputNames, type PaymentFormData } from '@tonegate/protocol/payment-page-data'
import type { FieldName } from '@tonegate/protocol/view-state'
import { timelyFetch as fetch } from '../timely-fetch.ts'
import { brandName } from './brand-names.ts'
import { type CardField, createCardField } from './card-field.ts'
import { checkField, type FormDigits } from './check-card.ts'
import { askState } from './follow.ts'
import { cardNumberFormat, type DigitFormat, expiryFormat, securityCodeFormat } from './format-card.ts'
import { createSubmitCard, type Submitted } from './submit-card.ts'
import { tellBrowser } from './tell-browser.ts'
import { createTypingReports } from './typing-reports.ts'
import { createWhenLeft } from './when-left.ts'

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
const element = (id: string) => document.getElementById(id) as HTMLElement

/** Gives the form all that it has beyond plain HTML: format, brand, errors beside the fields, one submission. */
export function enhanceCardForm(form: HTMLFormElement, data: PaymentFormData): void {
  const { path, now, texts } = data
  const message = element('message')
  const button = form.querySelector('button') as HTMLButtonElement
  const label = button.textContent
  const brandChip = form.querySelector('.brand') as HTMLElement
  const codeHint = document.getElementById(`${inputNames.securityCode}-hint`)
  const openedAt = performance.now()
  let isBusy = false

  const digitsOf = (name: FieldName) => fields.get(name)?.digits() ?? ''
  const brand = () => brandOf(digitsOf('pan').slice(0, 8))
  const report = createTypingReports({
    path,
    fetch,
    after: (milliseconds, callback) => void setTimeout(callback, milliseconds),
    elsewhere: () => void look(),
  })
  const field = (name: FieldName, format: DigitFormat): CardField =>
    createCardField({
      input: element(inputNames[name]) as HTMLInputElement,
      error: element(`${inputNames[name]}-error`),
      format,
      changed() {
        document.getElementById('keypad-in-use')?.remove()
        report({ field: name, digits: digitsOf(name).length })
        if (name === 'pan') showBrand()
      },
    })
  const formats: readonly (readonly [FieldName, DigitFormat])[] = [
    ['pan', cardNumberFormat],
    ['expiry', expiryFormat],
    ['securityCode', securityCodeFormat(() => brand()?.codeDigits ?? 4)],
  ]
  /** Those that the page has. */
  const fields: ReadonlyMap<FieldName, CardField> = new Map(
    formats
      .filter(([name]) => document.getElementById(inputNames[name]))
      .map(([name, format]) => [name, field(name, format)]),
  )

  function showBrand(): void {
    const known = brand()
    brandChip.textContent = known ? brandName(known.name) : ''
    if (codeHint)
      codeHint.textContent = texts.securityCodeHints[known?.codeDigits === 4 ? '4' : known ? '3' : 'any']
  }

  function check(name: FieldName): FormErrors[FieldName] {
    const digits: FormDigits = {
      pan: digitsOf('pan'),
      expiry: digitsOf('expiry'),
      securityCode: digitsOf('securityCode'),
    }
    return checkField(name, digits, { ...data, now: now + performance.now() - openedAt })
  }

  function showErrors(errors: FormErrors): void {
    for (const [name, { showError }] of fields) {
      const error = errors[name]
      showError(error ? texts.fieldErrors[error] : '')
    }
    const first = [...fields].find(([name]) => errors[name])
    first?.[1].input.focus()
  }

  function say(heading: string, advice: string): void {
    const notice = document.createElement('div')
    notice.className = 'notice danger'
    for (const [tag, text] of [
      ['strong', heading],
      ['p', advice],
    ] as const) {
      notice.append(Object.assign(document.createElement(tag), { textContent: text }))
    }
    message.replaceChildren(notice)
    notice.scrollIntoView({ block: 'nearest' })
  }

  function become(busy: 'busy' | 'free'): void {
    isBusy = busy === 'busy'
    button.textContent = isBusy ? texts.busy : label
    button.setAttribute('aria-disabled', String(isBusy))
    form.setAttribute('aria-busy', String(isBusy))
    for (const { input } of fields.values()) input.readOnly = isBusy
  }

  /** Where the session has gone on without this form, its page says how. */
  async function look(): Promise<void> {
    if (isBusy) return
    const state = await askState(`${path}/state`, fetch)
    if (isBusy || state === undefined || state === 'open') return
    clear()
    location.replace(path)
  }

  function clear(): void {
    for (const field of fields.values()) field.clear()
    showBrand()
  }

  const submitCard = createSubmitCard({
    path,
    fetch,
    newSubmission: () =>
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0'),
      ).join(''),
    isOnline: () => navigator.onLine,
    pause,
    unknown: () => say(texts.unknownYet.heading, texts.unknownYet.advice),
  })

  async function submit(): Promise<void> {
    message.replaceChildren()
    const errors = Object.fromEntries(
      [...fields.keys()].flatMap((name) => {
        const error = check(name)
        return error ? [[name, error]] : []
      }),
    )
    showErrors(errors)
    if (Object.keys(errors).length > 0) return
    become('busy')
    const card = new URLSearchParams()
    for (const name of fields.keys()) card.set(inputNames[name], digitsOf(name))
    for (const [name, value] of tellBrowser(data.accept)) card.set(name, value)
    conclude(await submitCard(card))
  }

  function conclude(submitted: Submitted): void {
    switch (submitted.kind) {
      case 'done':
        clear()
        location.replace(`${path}?answer`)
        return
      case 'refused':
        become('free')
        clear()
        say(texts.errorHeading, submitted.advice)
        showErrors(submitted.errors)
        return
      default: {
        become('free')
        const { heading, advice } = submitted.kind === 'not-sent' ? texts.notSent : texts.notPaid
        say(heading, advice)
      }
    }
  }

  form.noValidate = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!isBusy) void submit()
  })
  const whenLeft = createWhenLeft(button)
  for (const [name, { input, digits, showError }] of fields) {
    whenLeft(input, () => {
      const error = isBusy || digits() === '' ? undefined : check(name)
      if (error) showError(texts.fieldErrors[error])
    })
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void look())
  addEventListener('pagehide', clear)
  addEventListener('pageshow', ({ persisted }) => persisted && void look())
  for (const { refresh } of fields.values()) refresh()
  showBrand()
}
