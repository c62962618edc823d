import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currencies } from '../../base/currencies.ts'
import { languages } from '../../base/languages.ts'
import { isGsmText } from './gsm-text.ts'
import { linkMail, smsText } from './link-message.ts'
import { message } from './test-messages.ts'

const { url } = message
const zone = 'Europe/Warsaw'

test('a text message says merchant, amount and link', () => {
  assert.equal(smsText(message), `Harbour Street Books: card payment of £12.40 ${url}`)
  assert.equal(
    smsText({ ...message, language: 'de', order: { amountMinor: 1240, currency: 'EUR' } }),
    `Harbour Street Books: Kartenzahlung über 12,40 € ${url}`,
  )
  assert.equal(
    smsText({ ...message, language: 'pl', order: { amountMinor: 124000, currency: 'PLN' } }),
    `Harbour Street Books: platnosc karta 1240,00 PLN ${url}`,
  )
  assert.equal(
    smsText({ ...message, order: { amountMinor: 1240, currency: 'JPY' } }),
    `Harbour Street Books: card payment of ¥1,240 ${url}`,
  )
})

test('messages say the amount that is charged, also where shops write no decimals', () => {
  const order = { amountMinor: 499000, currency: 'HUF' }
  assert.equal(smsText({ ...message, order }), `Harbour Street Books: card payment of HUF 4,990.00 ${url}`)
  const mail = linkMail({ ...message, order }, zone)
  assert.equal(mail.subject, 'Payment to Harbour Street Books: HUF 4,990.00')
  assert.match(mail.text.replaceAll('\u00a0', ' '), /^Amount: HUF 4,990\.00$/m)
})

test('every currency is said in the alphabet of 160 characters', () => {
  for (const language of languages) {
    for (const currency of currencies) {
      const text = smsText({ ...message, language, order: { amountMinor: 1_240_000, currency } })
      assert.ok(isGsmText(text), text)
    }
  }
})

test('a text message about nothing to pay says that', () => {
  const order = { amountMinor: 0, currency: 'GBP' }
  assert.equal(
    smsText({ ...message, order }),
    `Harbour Street Books: card verification, no money is taken ${url}`,
  )
  for (const language of languages) assert.doesNotMatch(smsText({ ...message, language, order }), /0[.,]00/)
})

test('a text message is in the alphabet of 160 characters, and mostly one of them', () => {
  for (const language of languages) {
    for (const currency of ['GBP', 'EUR', 'USD', 'PLN', 'INR', 'KWD', 'CZK', 'CHF']) {
      const order = { amountMinor: 1_240_000, currency }
      const text = smsText({ ...message, language, order })
      assert.ok(isGsmText(text), text)
      assert.ok(text.length <= 160 + 2, `${text.length}: ${text}`)
    }
  }
  const long = smsText({ ...message, merchantName: 'Księgarnia „Pod Żółtą Łódką” – Ewa & Müller, ul. Długa' })
  assert.equal(long, `Ksiegarnia "Pod Zolta Lodka" - Ewa &...: card payment of £12.40 ${url}`)
})

test('a name in a script without a plain form stays as it is', () => {
  const text = smsText({ ...message, merchantName: 'Книги', language: 'pl' })
  assert.match(text, /^Книги: płatność kartą /)
})

test('an e-mail says who asks for how much, where to pay, and until when', () => {
  const mail = linkMail(message, zone)
  assert.equal(mail.subject, 'Payment to Harbour Street Books: £12.40')
  assert.equal(
    mail.text,
    `Harbour Street Books sends you the link to a page on which you can pay by card.

Amount: £12.40
Reference: order-1

Open the payment page:
${url}

The link is good until Thursday 29 January at 14:05 CET.

If you were not expecting this message, you need not do anything: nothing is paid unless you enter a card on that page.
`,
  )
  const german = linkMail({ ...message, language: 'de' }, zone)
  assert.equal(german.subject, 'Zahlung an Harbour Street Books: 12,40 £')
  assert.match(german.text, /Der Link gilt bis Donnerstag, 29\. Januar um 14:05 MEZ\./)
  const polish = linkMail({ ...message, language: 'pl' }, 'UTC')
  assert.match(polish.text, /Link jest ważny do: czwartek,? 29 stycznia,? (?:o )?13:05 UTC\./)
})

test('the HTML of an e-mail loads nothing, names its language, and shows where the link leads', () => {
  for (const language of languages) {
    const { html, subject } = linkMail({ ...message, language }, zone)
    assert.ok(html.includes(`<html lang="${language}">`))
    assert.ok(html.includes(`<title>${subject}</title>`))
    assert.doesNotMatch(html, /\b(?:src|srcset|background)=|<(?:img|link|script|iframe|form)|url\(|@import/i)
    assert.deepEqual(
      [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
      [url, url],
    )
    assert.ok(html.includes(`>${url}</a>`))
  }
})

test('a name stays text in HTML, and one line in a subject', () => {
  const merchantName = 'A<b>"&\r\nBcc: x@example.com\u2028\u202e'
  const mail = linkMail({ ...message, merchantName, order: { ...message.order, reference: '<i>\n1' } }, zone)
  assert.equal(mail.subject, 'Payment to A<b>"& Bcc: x@example.com: £12.40')
  assert.doesNotMatch(mail.html, /<[bi]>|\u202e/)
  assert.ok(mail.html.includes('A&lt;b&gt;&quot;&amp; Bcc'))
  assert.doesNotMatch(smsText({ ...message, merchantName }), /[\r\n\u2028\u202e]/)
})

test('an e-mail about nothing to pay names no amount', () => {
  for (const language of languages) {
    const mail = linkMail({ ...message, language, order: { amountMinor: 0, currency: 'EUR' } }, zone)
    assert.doesNotMatch(`${mail.subject}${mail.text}${mail.html}`, /0[.,]00|€/)
  }
})
