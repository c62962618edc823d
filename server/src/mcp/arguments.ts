import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { Static, TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { holdsCardNumber } from '../base/redaction/find-card-number.ts'
import { holdsSecurityCode } from '../base/redaction/find-security-code.ts'

/** What a model is told that has heard a card number, or believes that it has to pass one on. */
const cardRefusal =
  'This looks like card data, and nothing was sent. No tool accepts a card number, an expiry date or a security code. ' +
  'Do not repeat it and do not ask for it: the customer enters it on the keypad of the phone, or on the page behind the link.'

/**
 * The arguments of a tool, as the SDK takes schemas. Whatever holds card data, under any name and at any depth, is refused
 * before anything else is looked at; what is said of wrong arguments repeats none of their values.
 */
export function argumentsOf<T extends TObject>(schema: T): StandardSchemaWithJSON<Static<T>> {
  const check = checkOf(schema)
  const allowed = Object.keys(schema.properties).join(', ')
  return standard<Static<T>>(schema, (value) => {
    if (holdsCardData('', value, 0)) return { issues: [{ message: cardRefusal }] }
    if (check.Check(value)) return { value: value as Static<T> }
    const errors = check.Errors(value).filter(({ keyword }) => keyword !== 'boolean')
    const issues = errors.map(({ keyword, instancePath, message }) => ({
      message:
        keyword === 'additionalProperties' ? `takes nothing but ${allowed || 'no arguments'}` : message,
      path: instancePath.split('/').slice(1),
    }))
    return { issues }
  })
}

/** What a tool answers, as the SDK takes schemas. */
export function answerOf<T extends TObject>(schema: T): StandardSchemaWithJSON<Static<T>> {
  const check = checkOf(schema)
  return standard<Static<T>>(schema, (value) =>
    check.Check(value)
      ? { value: value as Static<T> }
      : { issues: [{ message: 'is not what the tool answers' }] },
  )
}

/** Each is compiled once, however many connections it serves. */
function checkOf(schema: TObject): Check {
  const known = checks.get(schema) ?? Compile(schema)
  checks.set(schema, known)
  return known
}

type Check = ReturnType<typeof Compile<TObject>>

const checks = new WeakMap<TObject, Check>()

type Validate<T> = StandardSchemaWithJSON<T>['~standard']['validate']

function standard<T>(schema: TObject, validate: Validate<T>): StandardSchemaWithJSON<T> {
  const json = () => ({ ...schema }) as Record<string, unknown>
  return {
    '~standard': { version: 1, vendor: 'tonegate', validate, jsonSchema: { input: json, output: json } },
  }
}

const maxDepth = 32

function holdsCardData(name: string, value: unknown, depth: number): boolean {
  if (depth > maxDepth) return true
  if (typeof value === 'string') return holdsCardNumber(value) || holdsSecurityCode(name, value)
  if (typeof value === 'number')
    return holdsCardNumber(String(value)) || holdsSecurityCode(name, String(value))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, each]) => holdsCardNumber(key) || holdsCardData(key, each, depth + 1),
  )
}
