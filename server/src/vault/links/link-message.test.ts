import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import { currencies } from '../../base/money/currencies.ts'
import { gsmLength, isGsmText } from './gsm-text.ts'
import { linkMail, smsText } from './link-message.ts'
import { message } from './test-messages.ts'

const { url } = message
const zone = 'Europe/Warsaw'

test('a text message says merchant, amount and link', () => {
  assert.equal(smsText(message), `Harbour Street Books: please pay £12.40 by card: ${url}`)
  assert.equal(
    smsText({ ...message, language: 'de', order: { amountMinor: 1240, currency: 'EUR' } }),
    `Harbour Street Books: Bitte zahlen Sie 12,40 € mit Karte: ${url}`,
  )
  assert.equal(
    smsText({ ...message, language: 'pl', order: { amountMinor: 124000, currency: 'PLN' } }),
    `Harbour Street Books: prosimy zaplacic 1240,00 PLN karta: ${url}`,
  )
  assert.equal(
    smsText({ ...message, order: { amountMinor: 1240, currency: 'JPY' } }),
    `Harbour Street Books: please pay ¥1,240 by card: ${url}`,
  )
})

test('messages say the amount that is charged, also where shops write no decimals', () => {
  const order = { amountMinor: 499000, currency: 'HUF' }
  assert.equal(
    smsText({ ...message, order }),
    `Harbour Street Books: please pay HUF 4,990.00 by card: ${url}`,
  )
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
    `Harbour Street Books: please verify your card, nothing is charged: ${url}`,
  )
  for (const language of languages) assert.doesNotMatch(smsText({ ...message, language, order }), /0[.,]00/)
})

test('a text message is one part of 160 characters, however long the name', () => {
  for (const merchantName of [
    message.merchantName,
    'Harbour Street Books & Stationery of Gdynia, Poland',
    '[€uro~Shop] {Gdynia} | Długa'.padEnd(60, '!'),
  ]) {
    for (const language of languages) {
      for (const currency of ['GBP', 'EUR', 'USD', 'PLN', 'INR', 'KWD', 'CZK', 'CHF']) {
        for (const amountMinor of [0, 1_240_000]) {
          const text = smsText({ ...message, merchantName, language, order: { amountMinor, currency } })
          assert.ok(isGsmText(text), text)
          assert.ok(gsmLength(text) <= 160, `${gsmLength(text)}: ${text}`)
        }
      }
    }
  }
})

test('of a long name so much is said that a merchant is known by it, whatever the link', () => {
  const farAway = `https://${'x'.repeat(200)}.example.com/`
  const text = smsText({ ...message, url: farAway, merchantName: 'Harbour Street Books & Stationery' })
  assert.equal(text, `Harbour S...: please pay £12.40 by card: ${farAway}`)
  const long = smsText({ ...message, merchantName: 'Księgarnia „Pod Żółtą Łódką” – Ewa & Müller, ul. Długa' })
  assert.equal(long, `Ksiegarnia "Pod Zolta Lodka" - Ewa &...: please pay £12.40 by card: ${url}`)
})

test('a name in a script without a plain form stays as it is', () => {
  const text = smsText({ ...message, merchantName: 'Книги', language: 'pl' })
  assert.match(text, /^Книги: prosimy zapłacić /)
})

test('an e-mail says who asks for how much, where to pay, and until when', () => {
  const mail = linkMail(message, zone)
  assert.equal(mail.subject, 'Payment to Harbour Street Books: £12.40')
  assert.equal(
    mail.text,
    `Harbour Street Books has sent you a link to pay by card.

Amount: £12.40
Reference: order-1

Open the payment page:
${url}

The link is valid until Thursday 29 January at 14:05 CET.

If you were not expecting this message, you can ignore it. Nothing is paid unless you enter card details on that page.
`,
  )
  const german = linkMail({ ...message, language: 'de' }, zone)
  assert.equal(german.subject, 'Zahlung an Harbour Street Books: 12,40 £')
  assert.match(german.text, /Der Link gilt bis Donnerstag, 29\. Januar, 14:05\u00a0Uhr \(MEZ\)\./)
  const polish = linkMail({ ...message, language: 'pl' }, 'UTC')
  assert.match(polish.text, /Link jest ważny do 29 stycznia, godz\.\u00a013:05 \(UTC\)\./)
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
