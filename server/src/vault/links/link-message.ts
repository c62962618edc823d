import type { Language } from '@tonegate/protocol/languages'
import { formatAmount } from '../../base/money/format-amount.ts'
import { type Html, html } from '../../http/html.ts'
import { gsmLength, isGsmText, toGsmText } from './gsm-text.ts'
import type { LinkMessage } from './link-sender.ts'
import { type LinkEnd, linkTexts } from './link-texts.ts'
import { oneLine } from './one-line.ts'

const maxSmsLength = 160
const maxSmsNameLength = 40
/** What is left of a name to know a merchant by, even where it takes a second part. */
const minSmsNameLength = 12

/**
 * The text message of a link: merchant, amount, link, and nothing else. The merchant's name is cut where it would make
 * two parts of one part of 160 characters.
 */
export function smsText({ merchantName, order, language, url }: LinkMessage): string {
  const texts = linkTexts[language]
  const say = (merchant: string) => {
    const text =
      order.amountMinor === 0 ? texts.smsVerify(merchant) : texts.sms(merchant, smsAmount(order, language))
    return `${toGsmText(text)} ${url}`
  }
  const merchant = cut(toGsmText(oneLine(merchantName)), maxSmsNameLength)
  const message = say(merchant)
  const excess = gsmLength(message) - maxSmsLength
  if (excess <= 0 || !isGsmText(message)) return message
  return say(cut(merchant, Math.max(minSmsNameLength, merchant.length - excess)))
}

/** A sign such as `zł` would make a message of three parts; the currency's code does not. */
function smsAmount(order: LinkMessage['order'], language: Language): string {
  const bySign = plainSpaces(formatAmount(order, language))
  return isGsmText(bySign) ? bySign : plainSpaces(formatAmount(order, language, 'code'))
}

/** The e-mail of a link. The HTML loads nothing and tells nobody that it was read. */
export interface LinkMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** @param timeZone in which the end of the link is told, by its IANA name. */
export function linkMail(message: LinkMessage, timeZone: string): LinkMail {
  const content = mailContent(message, timeZone)
  return { subject: content.subject, text: plainText(content), html: htmlText(content) }
}

type MailContent = ReturnType<typeof mailContent>

function mailContent({ merchantName, order, language, url, expiresAt }: LinkMessage, timeZone: string) {
  const texts = linkTexts[language]
  const merchant = oneLine(merchantName)
  const amount = formatAmount(order, language)
  const takesNothing = order.amountMinor === 0
  const rows = [
    ...(takesNothing ? [] : [{ name: texts.amount, value: amount }]),
    ...(order.reference === undefined ? [] : [{ name: texts.reference, value: oneLine(order.reference) }]),
  ]
  return {
    language,
    url,
    rows,
    subject: takesNothing ? texts.headingVerify(merchant) : texts.subject(merchant, plainSpaces(amount)),
    heading: takesNothing ? texts.headingVerify(merchant) : texts.heading(merchant),
    intro: takesNothing ? texts.introVerify(merchant) : texts.intro(merchant),
    openPage: texts.openPage,
    until: texts.until(endOf(expiresAt, language, timeZone)),
    unexpected: texts.unexpected,
  }
}

function plainText({ intro, rows, openPage, url, until, unexpected }: MailContent): string {
  const table = rows.map(({ name, value }) => `${name}: ${value}`).join('\n')
  return `${[intro, table, `${openPage}:\n${url}`, until, unexpected].filter(Boolean).join('\n\n')}\n`
}

const font = "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"

function htmlText({ language, subject, heading, intro, rows, openPage, ...content }: MailContent): string {
  const { url, until, unexpected } = content
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px;${font}">
<main style="max-width:32em;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;overflow-wrap:anywhere">${heading}</h1>
<p style="margin:0 0 16px;overflow-wrap:anywhere">${intro}</p>
${rows.map(rowHtml)}
<p style="margin:24px 0"><a href="${url}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#0a655a;color:#ffffff;text-decoration:none;font-weight:600">${openPage}</a></p>
<p style="margin:0 0 16px;overflow-wrap:anywhere"><a href="${url}">${url}</a></p>
<p style="margin:0 0 16px">${until}</p>
<p style="margin:0;font-size:14px">${unexpected}</p>
</main>
</body>
</html>
`.markup
}

const rowHtml = ({ name, value }: MailContent['rows'][number]): Html =>
  html`<p style="margin:0;overflow-wrap:anywhere">${name}: <strong>${value}</strong></p>
`

const dateFormats: Readonly<Record<Language, readonly [locale: string, Intl.DateTimeFormatOptions]>> = {
  en: ['en-GB', { weekday: 'long', day: 'numeric', month: 'long' }],
  de: ['de', { weekday: 'long', day: 'numeric', month: 'long' }],
  /** Behind the preposition a weekday would have another ending. */
  pl: ['pl', { day: 'numeric', month: 'long' }],
}

/** The zone is always there: a link is valid for days, and the server is not where the customer is. */
function endOf(expiresAt: number, language: Language, timeZone: string): LinkEnd {
  const [locale, dateFormat] = dateFormats[language]
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone })
  const zone = format({ timeZoneName: 'short' })
    .formatToParts(expiresAt)
    .find(({ type }) => type === 'timeZoneName')
  return {
    date: plainSpaces(format(dateFormat).format(expiresAt)),
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(expiresAt),
    zone: zone?.value ?? timeZone,
  }
}

const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ')

function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 3)
        .join('')
        .trimEnd()}...`
}
