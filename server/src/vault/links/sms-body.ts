import { fillIn } from '@tonegate/protocol/fill-in'
import { numberAsWritten } from '../../base/text/json-numbers.ts'
import { readJsonText, withoutByteOrderMark } from '../../base/text/read-json.ts'

/** What a provider of text messages wants to be sent: a template that a message is put into. */
export type SmsBody =
  | { readonly kind: 'json'; readonly template: unknown }
  | { readonly kind: 'form'; readonly template: readonly (readonly [name: string, value: string])[] }

/** The places of a template: the number with its `+`, the same without it, and the text with the link. */
const places = ['to', 'digits', 'text'] as const

export type SmsValues = Readonly<Record<(typeof places)[number], string>>

/**
 * Reads a template: JSON where it begins with `{` or `[`, else a form (`To={to}&Body={text}`).
 *
 * @returns the template, or what is wrong with it, in words that follow the template's name.
 */
export function readSmsBody(text: string): SmsBody | { readonly fault: string } {
  const body = /^\s*[{[]/.test(text) ? readTemplate(text) : readForm(text)
  if ('fault' in body) return body
  const named = new Set(
    stringsIn(body.template)
      .flatMap((string) => [...string.matchAll(/\{(\w+)\}/g)])
      .map(([, name]) => name),
  )
  const unknown = [...named].find((name) => !places.some((place) => place === name))
  if (unknown !== undefined)
    return { fault: `has an unknown placeholder {${unknown}}; use {to}, {digits} and {text}` }
  if (!named.has('to') && !named.has('digits'))
    return { fault: 'has no placeholder {to} for the phone number' }
  if (!named.has('text')) return { fault: 'has no placeholder {text} for the message' }
  return body
}

/** The body of a request, and its media type. Whatever is put into a place stays one value. */
export function fillSmsBody(
  body: SmsBody,
  values: SmsValues,
): { readonly type: string; readonly text: string } {
  if (body.kind === 'json') {
    return { type: 'application/json', text: JSON.stringify(filled(body.template, values)) }
  }
  const fields = body.template.map(([name, value]) => [name, fillIn(value, values)])
  return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() }
}

function readTemplate(text: string): SmsBody | { readonly fault: string } {
  const template = readJsonText(text)
  return template === undefined
    ? { fault: 'starts like JSON but is not valid JSON' }
    : { kind: 'json', template }
}

function readForm(text: string): SmsBody | { readonly fault: string } {
  const template = [...new URLSearchParams(withoutByteOrderMark(text))]
  if (template.some(([, value]) => /^ \d/.test(value))) {
    return { fault: 'has a phone number with a + in a form; write %2B instead of +' }
  }
  return { kind: 'form', template }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

function filled(value: unknown, values: SmsValues): unknown {
  if (typeof value === 'string') return fillIn(value, values)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => [
    name,
    typeof each === 'number' ? JSON.rawJSON(numberAsWritten(value, name, each)) : filled(each, values),
  ])
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}
