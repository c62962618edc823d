import type { Guid } from '@tonegate/protocol/guid'
import { regionNames } from '../region.ts'

/** What a gateway is asked, the line of a call, or another provider. */
const operations = [
  ...['authorise', 'authorise-kept', 'complete-challenge', 'reconcile', 'capture', 'void', 'refund', 'check'],
  ...['secure', 'release', 'say', 'pause-recording', 'resume-recording'],
  ...['token', 'launch', 'status', 'cancel', 'link'],
] as const

/** What a gateway answers; `unknown` where it gives no answer. */
const answers = [
  ...['approved', 'review', 'declined', 'error', 'challenge', 'unknown'],
  ...['not-found', 'at-bank', 'done', 'refused', 'checked'],
] as const

/** Methods as semantic conventions have them: anything else is `_OTHER`. */
export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '_OTHER'] as const

/**
 * All that a span may say, and what each attribute may be: numbers, our own GUIDs, and words of our own code. Whatever
 * else is given is left out, so that no text of anybody else's can leave in a trace.
 */
const rules = {
  'http.request.method': oneOf(httpMethods),
  /** The pattern, with the names of its parameters in the place of their values; no long number is in any. */
  'http.route': text(/^(?!.*\d{5})\/[\w:*.{}/~-]{0,200}$/),
  'http.response.status_code': number(100, 599),
  /** The code of a problem, an OAuth error, or the class of an error: no digit is in any. */
  'error.type': text(/^[A-Za-z][A-Za-z_-]{0,63}$/),
  'tonegate.region': oneOf(regionNames),
  'tonegate.node': guid(),
  'tonegate.account_id': number(0, 999_999_999),
  /** Of the payment session, and of the vault's session. */
  'tonegate.session_guid': guid(),
  'tonegate.capture_guid': guid(),
  'tonegate.gateway.kind': text(/^[a-z][a-z-]{0,31}$/),
  'tonegate.operation': oneOf(operations),
  'tonegate.answer': oneOf(answers),
  /** What is removed, by a word of ours, and how much of it. */
  'tonegate.rows': text(/^[a-z][A-Za-z]{0,31}$/),
  'tonegate.removed': number(0, 999_999_999),
} satisfies Readonly<Record<string, Rule>>

/** Whether a value may be said. */
type Rule = ((value: unknown) => boolean) & { readonly takes?: unknown }

export type AttributeName = keyof typeof rules

/** What a span says. */
export type Attributes = {
  readonly [Name in AttributeName]?: Taken<(typeof rules)[Name]> | undefined
}

type Taken<R> = R extends Takes<infer Value> ? Value : never

interface Takes<Value> {
  (value: unknown): boolean
  /** For the type alone. */
  readonly takes?: Value
}

/** The names of all attributes, as `docs/tracing.md` lists them. */
export const attributeNames = Object.keys(rules) as readonly AttributeName[]

const ruleOf: ReadonlyMap<string, Rule> = new Map(Object.entries(rules))

declare const isFixed: unique symbol

/** What many spans say alike: it was looked at once. */
export type FixedAttributes = Readonly<Record<string, string | number>> & { readonly [isFixed]: true }

export const fixed = (attributes: Attributes): FixedAttributes =>
  Object.freeze(allowed(attributes)) as FixedAttributes

/** What may be said of what was given, beside what was said before. */
export function allowed(
  attributes: Attributes,
  said: Record<string, string | number> = {},
): Record<string, string | number> {
  for (const name in attributes) {
    const value = attributes[name as AttributeName]
    if (value !== undefined && ruleOf.get(name)?.(value)) said[name] = value
  }
  return said
}

function oneOf<Word extends string>(words: readonly Word[]): Takes<Word> {
  const known: ReadonlySet<unknown> = new Set(words)
  return (value) => known.has(value)
}

function text(pattern: RegExp): Takes<string> {
  return (value) => typeof value === 'string' && pattern.test(value)
}

function number(least: number, most: number): Takes<number> {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
}

/** Of ours: whoever sends a GUID of another version chooses its digits. */
function guid(): Takes<Guid | string> {
  return (value) => typeof value === 'string' && ourGuid.test(value)
}

const ourGuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
