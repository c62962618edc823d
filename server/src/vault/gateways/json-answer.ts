import { numberAsWritten } from '../../base/text/json-numbers.ts'
import { readJson } from '../../base/text/read-json.ts'

/** An object of an answer. */
export type Json = Readonly<Record<string, unknown>>

/** What an answer holds, if that is an object in JSON. */
export const jsonIn = (body: Uint8Array): Json | undefined => objectOf(readJson(body))

/** The value as an object; an array is none. */
export const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

/** A member that is an object. */
export const objectIn = (json: Json | undefined, name: string): Json | undefined => objectOf(json?.[name])

/** The objects of a member that is a list. */
export function objectsIn(json: Json | undefined, name: string): readonly Json[] {
  const value = json?.[name]
  return Array.isArray(value) ? value.map(objectOf).filter((each) => each !== undefined) : []
}

/** A member that is a text with something in it. */
export function textIn(json: Json | undefined, name: string): string | undefined {
  const value = json?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A member that is a whole number, and none that is too big to be exact. */
export function integerIn(json: Json | undefined, name: string): number | undefined {
  const value = json?.[name]
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

/**
 * What is told beyond the verdict: texts, numbers and flags as texts, whole, without those that are not there. A number
 * with more digits than are exact is none of them: it cannot be told whether it was a card number. A whole number is
 * written as one, so that `123.0` is looked at as the security code that it may be; any other as the gateway wrote it.
 */
export function detailsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const told = Object.entries(values).filter(([, value]) => isTold(value))
  return Object.fromEntries(
    told.map(([name, value]) => [
      name,
      typeof value === 'number' ? textOfNumber(values, name, value) : String(value),
    ]),
  )
}

const textOfNumber = (holder: object, name: string, value: number): string =>
  Number.isInteger(value) ? String(value) : numberAsWritten(holder, name, value)

function isTold(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  return typeof value === 'boolean' || (typeof value === 'string' && value !== '')
}
