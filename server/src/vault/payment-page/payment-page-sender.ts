import { browserInputNames } from '@tonegate/protocol/payment-page-data'
import type { FastifyRequest } from 'fastify'
import type { FormBody } from '../../http/bodies/form-body.ts'
import type { CustomerBrowser } from '../model/gateway.ts'
import type { CardSender } from '../model/vault-sessions.ts'

type Request = Pick<FastifyRequest, 'headers' | 'ip'>

/** What EMV 3-D Secure knows: more or other than that is no screen. */
const colorDepths = [1, 4, 8, 15, 16, 24, 30, 32, 48]
const maxPixels = 999_999
/** More than any place is away from Greenwich. */
const maxOffset = 24 * 60

const maxHeader = 2048
const maxLanguage = 35

/**
 * Who sends a card, as far as the browser tells: in the headers of every request, and in the form where the page's script
 * has filled it in. All of it is for the customer's bank; what cannot be such a thing is left out, and refuses nobody.
 */
export function readCardSender(request: Request, form: Pick<FormBody, 'get'>): CardSender {
  const { headers, ip: clientAddress } = request
  const told = (name: keyof typeof browserInputNames) => form.get(browserInputNames[name]) ?? ''
  const javaScriptEnabled = form.get(browserInputNames.timeZoneOffset) !== null
  const browser: Unset<CustomerBrowser> = {
    acceptHeader: javaScriptEnabled ? printable(told('acceptHeader')) : acceptOf(request) || undefined,
    userAgent: printable(headers['user-agent'] ?? ''),
    language: languageIn(javaScriptEnabled ? told('language') : (headers['accept-language'] ?? '')),
    javaScriptEnabled,
    javaEnabled: { true: true, false: false }[told('javaEnabled')],
    colorDepth: colorDepths.find((depth) => told('colorDepth') === String(depth)),
    screenHeight: numberIn(told('screenHeight'), { from: 0, to: maxPixels }),
    screenWidth: numberIn(told('screenWidth'), { from: 0, to: maxPixels }),
    timeZoneOffset: numberIn(told('timeZoneOffset'), { from: -maxOffset, to: maxOffset }),
  }
  return { browser: withoutUnset(browser), clientAddress }
}

/** The header `Accept` of a request for a page; empty where there is none that could be passed on. */
export const acceptOf = ({ headers }: Pick<Request, 'headers'>): string =>
  printable(headers.accept ?? '') ?? ''

type Unset<Some> = { readonly [Name in keyof Some]: Some[Name] | undefined }

const withoutUnset = (browser: Unset<CustomerBrowser>): CustomerBrowser =>
  Object.fromEntries(
    Object.entries(browser).filter(([, value]) => value !== undefined),
  ) as unknown as CustomerBrowser

const printable = (text: string): string | undefined =>
  text.length <= maxHeader && /^[ -~]+$/.test(text) ? text : undefined

/** The first that the browser prefers. */
function languageIn(text: string): string | undefined {
  const [first = ''] = text.split(/[,;]/, 1)
  const language = first.trim()
  const isTag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) && language.length <= maxLanguage
  return isTag ? language : undefined
}

function numberIn(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const number = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  return number >= from && number <= to ? number : undefined
}
