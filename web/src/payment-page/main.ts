import type { PaymentFollowData, PaymentFormData } from '@tonegate/protocol/payment-page-data'
import { timelyFetch } from '../timely-fetch.ts'
import { enhanceCardForm } from './card-form.ts'
import { followPayment } from './follow.ts'
import { reportOpened } from './report-opened.ts'
import './payment-page.css'

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/**
 * Shows the bank's page in the frame: the form that leads there without a script is sent into it. A field of the bank's
 * may be called `submit` or `target`.
 */
function showBank(form: HTMLFormElement): void {
  const frame = document.querySelector('iframe')
  if (!frame) return
  frame.hidden = false
  form.setAttribute('target', frame.name)
  HTMLFormElement.prototype.submit.call(form)
  form.hidden = true
}

const content = document.getElementById('page-data')?.textContent
const data = content ? (JSON.parse(content) as PaymentFormData | PaymentFollowData) : undefined

if (data?.kind === 'form') {
  const form = document.getElementById('card')
  if (form instanceof HTMLFormElement) enhanceCardForm(form, data)
  void reportOpened(data.path, { document, fetch: timelyFetch, pause })
} else if (data) {
  const form = document.getElementById('to-bank')
  if (form instanceof HTMLFormElement) showBank(form)
  void followPayment(data, { fetch: timelyFetch, pause }).then(() => location.replace(`${data.path}?answer`))
}
performance.mark('payment-page-ready')
