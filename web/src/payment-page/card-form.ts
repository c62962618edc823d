import { inputNames, type PaymentFormData } from '@tonegate/protocol/payment-page-data'
import { timelyFetch as fetch } from '../timely-fetch.ts'
import { type CardFields, createCardFields } from './card-fields.ts'
import { askState } from './follow.ts'
import { createOnFieldBlur } from './on-field-blur.ts'
import { sayIn } from './say-in.ts'
import { createSubmitCard, type Submitted } from './submit-card.ts'
import { tellBrowser } from './tell-browser.ts'
import { createTypingReports } from './typing-reports.ts'

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Gives the form all that it has beyond plain HTML: format, brand, errors beside the fields, one submission. */
export function enhanceCardForm(form: HTMLFormElement, data: PaymentFormData): void {
  const { path, texts } = data
  const message = document.getElementById('message') as HTMLElement
  const say = sayIn(message)
  const button = form.querySelector('button') as HTMLButtonElement
  const report = createTypingReports({
    path,
    fetch,
    after: (milliseconds, callback) => void setTimeout(callback, milliseconds),
    elsewhere: () => void look(),
  })
  const fields = createCardFields(form, data, (typed) => {
    document.getElementById('keypad-in-use')?.remove()
    report(typed)
  })
  const { isBusy, become } = busyForm(form, { button, fields, busy: texts.busy })
  const look = () => leaveIfOver(path, { isBusy, fields })
  const submitCard = createSubmitCard({
    path,
    fetch,
    newSubmission,
    isOnline: () => navigator.onLine,
    pause,
    unknown: () => say(texts.unknownYet),
  })

  async function submit(): Promise<void> {
    message.replaceChildren()
    const errors = fields.errors()
    fields.showErrors(errors)
    if (Object.keys(errors).length > 0) return
    become('busy')
    const card = new URLSearchParams()
    for (const [name, { digits }] of fields.all) card.set(inputNames[name], digits())
    for (const [name, value] of tellBrowser(data.accept)) card.set(name, value)
    conclude(await submitCard(card))
  }

  function conclude(submitted: Submitted): void {
    switch (submitted.kind) {
      case 'done':
        fields.clear()
        location.replace(`${path}?answer`)
        return
      case 'refused':
        become('free')
        fields.clear()
        say({ heading: texts.errorHeading, advice: submitted.advice })
        fields.showErrors(submitted.errors)
        return
      default:
        become('free')
        say(submitted.kind === 'not-sent' ? texts.notSent : texts.notPaid)
    }
  }

  form.noValidate = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!isBusy()) void submit()
  })
  const onFieldBlur = createOnFieldBlur(button)
  for (const [name, { input, digits }] of fields.all) {
    onFieldBlur(input, () => {
      if (!isBusy() && digits() !== '') fields.showErrorOf(name)
    })
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void look())
  addEventListener('pagehide', fields.clear)
  addEventListener('pageshow', ({ persisted }) => persisted && void look())
  fields.refresh()
}

/** Where the session has gone on without this form, its page says how. */
async function leaveIfOver(
  path: string,
  { isBusy, fields }: { readonly isBusy: () => boolean; readonly fields: CardFields },
): Promise<void> {
  if (isBusy()) return
  const state = await askState(`${path}/state`, fetch)
  if (isBusy() || state === undefined || state === 'open') return
  fields.clear()
  location.replace(path)
}

/** While a card is sent nothing can be changed, and nothing sent again. */
function busyForm(
  form: HTMLFormElement,
  {
    button,
    fields,
    busy,
  }: { readonly button: HTMLButtonElement; readonly fields: CardFields; readonly busy: string },
) {
  const label = button.textContent
  let isBusy = false
  return {
    isBusy: () => isBusy,
    become(next: 'busy' | 'free'): void {
      isBusy = next === 'busy'
      button.textContent = isBusy ? busy : label
      button.setAttribute('aria-disabled', String(isBusy))
      form.setAttribute('aria-busy', String(isBusy))
      for (const { input } of fields.all.values()) input.readOnly = isBusy
    },
  }
}

const newSubmission = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
