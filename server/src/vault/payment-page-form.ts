import type { BrowserAssets } from '../base/browser-assets.ts'
import { type Html, html, htmlDocument } from '../base/html.ts'
import type { LiveCapture } from './capture-sessions.ts'
import { formatAmount } from './format-amount.ts'
import { paymentFieldErrors, paymentPageTexts as texts } from './page-texts.ts'
import { type FormErrors, inputNames } from './payment-page-card.ts'
import type { FieldName } from './view-state.ts'

/** The customer's form, empty, with what was wrong with the card that was sent before. It works without a script. */
export function paymentFormDocument({
  capture,
  action,
  errors,
  assets,
}: {
  readonly capture: LiveCapture
  /** The path that the form is sent to. */
  readonly action: string
  readonly errors: FormErrors
  readonly assets: BrowserAssets
}): string {
  const { order, merchantName } = capture.view()
  const amount = formatAmount(order, 'en')
  const verification = order.amountMinor === 0
  const title = verification ? texts.verifyFor(merchantName) : texts.payTo(merchantName)
  const wrong = Object.keys(errors).length > 0
  return htmlDocument({
    title: wrong ? texts.errorTitle(title) : title,
    stylesheets: [assets.pages.stylesheet],
    layout: 'sheet',
    body: html`<main class="card">
<header class="order">
<h1>${title}</h1>
<p class="amount">${verification ? texts.verifyAmount : amount}</p>
${order.reference === undefined ? undefined : html`<p class="reference">${texts.reference(order.reference)}</p>`}
</header>
${wrong ? errorSummary(capture, errors) : undefined}
<form method="post" action="${action}" autocomplete="on">
${cardInput('pan', { autocomplete: 'cc-number', maxLength: 30, errors })}
<div class="pair">
${cardInput('expiry', { autocomplete: 'cc-exp', maxLength: 10, errors, hint: texts.expiryHint })}
${cardInput('securityCode', { autocomplete: 'cc-csc', maxLength: 4, errors, hint: texts.securityCodeHint })}
</div>
<button class="primary" type="submit">${verification ? texts.verify : texts.pay(amount)}</button>
</form>
<p class="footnote">${texts.privacy}</p>
</main>`,
  })
}

function errorSummary(capture: LiveCapture, errors: FormErrors): Html {
  const { fields } = capture.view()
  const attempts = (Object.keys(errors) as FieldName[]).map((name) => fields[name].attemptsLeft)
  return html`<div class="notice danger" role="alert">
<p><strong>${texts.errorHeading}</strong></p>
<p>${texts.errorAdvice} ${texts.attemptsLeft(Math.min(...attempts))}</p>
</div>`
}

function cardInput(
  field: FieldName,
  {
    autocomplete,
    maxLength,
    errors,
    hint,
  }: {
    readonly autocomplete: string
    readonly maxLength: number
    readonly errors: FormErrors
    readonly hint?: string
  },
): Html {
  const name = inputNames[field]
  const error = errors[field]
  const isFirstWrong = Object.keys(errors)[0] === field
  const describedBy = [error && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="input">
<label for="${name}">${texts[field]}</label>
<input id="${name}" name="${name}" type="text" inputmode="numeric" autocomplete="${autocomplete}"
 maxlength="${maxLength}" required spellcheck="false"${describedBy ? html` aria-describedby="${describedBy}"` : undefined}${
   error ? html` aria-invalid="true"` : undefined
 }${isFirstWrong ? html` autofocus` : undefined}>
${error ? html`<p class="error" id="${name}-error">${paymentFieldErrors[error]}</p>` : undefined}
${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>`
}
