/** An object of an answer. */
export type Json = Readonly<Record<string, unknown>>

/** What an answer holds, if that is an object in JSON. */
export function readJson(body: Buffer): Json | undefined {
  try {
    return objectOf(JSON.parse(body.toString('utf8')))
  } catch {
    return undefined
  }
}

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

const longestDetail = 256

/** What is told beyond the verdict: texts, numbers and flags as texts, without those that are not there. */
export function detailsOf(
  values: Readonly<Record<string, unknown>>,
  longest = longestDetail,
): Readonly<Record<string, string>> {
  const told = Object.entries(values).filter(
    ([, value]) =>
      (typeof value === 'string' && value !== '') || ['number', 'boolean'].includes(typeof value),
  )
  return Object.fromEntries(told.map(([name, value]) => [name, String(value).slice(0, longest)]))
}
