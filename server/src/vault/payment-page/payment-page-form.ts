import type { SecurityCodePolicy } from '@tonegate/protocol/card/security-code-policy'
import { fillIn } from '@tonegate/protocol/fill-in'
import type { Language } from '@tonegate/protocol/languages'
import { type FormErrors, inputNames, type PaymentFormData } from '@tonegate/protocol/payment-page-data'
import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'
import type { FieldName } from '@tonegate/protocol/view-state'
import { formatAmount } from '../../base/money/format-amount.ts'
import { foldLineBreaks } from '../../base/text/line-breaks.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import { type Html, html, htmlDocument, jsonScript } from '../../http/html.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { textsAbout } from './texts/payment-page-texts.ts'

export interface PaymentForm {
  readonly session: OpenSession
  readonly path: string
  /** What was wrong with the card that was sent before. */
  readonly errors: FormErrors
  /** The header that the page was asked for with. */
  readonly accept: string
  readonly language: Language
  readonly assets: BrowserAssets
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The customer's form, empty, with what was wrong with the card that was sent before. It works without a script; the
 * script finds in it whatever it shows.
 */
export function paymentFormDocument(form: PaymentForm): string {
  const { session, errors, language, assets } = form
  const { order, merchantName, entry, caller } = session.view()
  const texts = textsAbout(order, language)
  const verification = order.amountMinor === 0
  const amount = formatAmount(order, language)
  const fill = (text: string) => fillIn(text, { amount, merchant: merchantName })
  const title = fill(verification ? texts.verifyFor : texts.payTo)
  const wrong = Object.keys(errors).length > 0
  const data = formData(form, texts, fill(verification ? texts.verifying : texts.paying))
  return htmlDocument({
    language,
    title: wrong ? fillIn(texts.errorTitle, { title }) : title,
    stylesheets: assets.paymentPage.stylesheets,
    script: assets.paymentPage.script,
    layout: 'sheet',
    body: html`<main class="card pay">
<header class="order">
<h1>${title}</h1>
${verification ? html`<p class="amount in-words">${texts.verifyAmount}</p>` : html`<p class="amount">${amount}</p>`}
</header>
${order.reference === undefined ? undefined : html`<p class="reference">${fillIn(texts.reference, { reference: foldLineBreaks(order.reference) })}</p>`}
<div id="message" role="alert">${wrong ? errorSummary(session, errors, texts) : undefined}</div>
${entry === 'keypad' && caller !== 'hung-up' ? html`<p class="notice" id="keypad-in-use">${texts.keypadInUse}</p>` : undefined}
${cardForm(form, texts, fill(verification ? texts.verify : texts.pay))}
<p class="footnote">${session.launch.entry === 'keypad' ? texts.privacyOnPhone : texts.privacy}</p>
${jsonScript('page-data', data)}
</main>`,
  })
}

/** What the form's script begins with. */
function formData(
  { session, path, accept, now }: PaymentForm,
  texts: PaymentPageTexts,
  busy: string,
): PaymentFormData {
  const { brands, securityCode } = session.launch.flow
  const { fieldErrors, errorHeading, notSent, notPaid, unknownYet } = texts
  const securityCodeHints = codeHints(texts, securityCode)
  return {
    kind: 'form',
    path,
    accept,
    now,
    brands,
    securityCode,
    texts: { securityCodeHints, fieldErrors, errorHeading, notSent, notPaid, unknownYet, busy },
  }
}

function cardForm({ session, path, errors }: PaymentForm, texts: PaymentPageTexts, button: string): Html {
  const { securityCode } = session.launch.flow
  const input = (field: FieldName, more: InputOptions) => cardInput(field, { ...more, texts, errors })
  return html`<form id="card" method="post" action="${path}" autocomplete="on">
${input('pan', {
  autocomplete: 'cc-number',
  maxLength: 80,
  extra: html`<output class="brand" for="${inputNames.pan}"></output>`,
})}
<div class="pair">
${input('expiry', { autocomplete: 'cc-exp', maxLength: 24, hint: texts.expiryHint })}
${
  securityCode === 'never'
    ? undefined
    : input('securityCode', {
        autocomplete: 'cc-csc',
        maxLength: 16,
        hint: codeHints(texts, securityCode).any,
        ...(securityCode === 'optional' && { mayBeEmpty: true }),
      })
}
</div>
<button class="primary" type="submit">${button}</button>
</form>`
}

/** That the card was not taken, and how often another may be tried. */
export function errorAdvice(session: OpenSession, errors: FormErrors, texts: PaymentPageTexts): string {
  const { fields } = session.view()
  const count = Math.min(...(Object.keys(errors) as FieldName[]).map((name) => fields[name].attemptsLeft))
  const attempts = count === 1 ? texts.oneAttemptLeft : fillIn(texts.attemptsLeft, { count: String(count) })
  return `${texts.errorAdvice} ${attempts}`
}

function errorSummary(session: OpenSession, errors: FormErrors, texts: PaymentPageTexts): Html {
  return html`<div class="notice danger">
<p><strong>${texts.errorHeading}</strong></p>
<p>${errorAdvice(session, errors, texts)}</p>
</div>`
}

/** What the customer reads about the security code, by the number of its digits. */
function codeHints(
  { securityCodeHints, noSecurityCode }: PaymentPageTexts,
  policy: SecurityCodePolicy,
): PaymentPageTexts['securityCodeHints'] {
  if (policy !== 'optional') return securityCodeHints
  const { any, 3: three, 4: four } = securityCodeHints
  const withNone = (hint: string) => `${hint}. ${noSecurityCode}`
  return { any: withNone(any), 3: withNone(three), 4: withNone(four) }
}

interface InputOptions {
  readonly autocomplete: string
  /** UTF-16 code units: a digit may have two of them, and marks beside it that nobody sees. */
  readonly maxLength: number
  readonly mayBeEmpty?: true
  readonly hint?: string
  /** What stands beside the label. */
  readonly extra?: Html
}

function cardInput(
  field: FieldName,
  {
    autocomplete,
    maxLength,
    texts,
    errors,
    hint,
    extra,
    mayBeEmpty,
  }: InputOptions & { readonly texts: PaymentPageTexts; readonly errors: FormErrors },
): Html {
  const name = inputNames[field]
  const error = errors[field]
  const isFirstWrong = Object.keys(errors)[0] === field
  const describedBy = [`${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="input">
<div class="label"><label for="${name}">${texts.fields[field]}</label>${extra}</div>
<div>
<input id="${name}" name="${name}" type="text" inputmode="numeric" autocomplete="${autocomplete}"
 maxlength="${maxLength}"${mayBeEmpty ? undefined : html` required`} spellcheck="false" aria-describedby="${describedBy}"${
   error ? html` aria-invalid="true"` : undefined
 }${isFirstWrong ? html` autofocus` : undefined}>
<p class="error" id="${name}-error" aria-live="polite">${error && texts.fieldErrors[error]}</p>
${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>
</div>`
}
