/**
 * What a member of a request says that was written as another type than it has: `"2"` for 2, `"true"` for true, 1001 for
 * `"1001"`. What has no reading, or more than one, comes back as it is, for whoever checks its type.
 */

/** A whole number: `"2"`, `" 2 "`, `"2.0"`. An empty text is none, as null is. */
export function wholeNumberIn(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (text === '') return null
  return /^\d+(?:\.0+)?$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : value
}

/** `"true"` and `"false"` in any case. An empty text says neither, as null does. */
export function truthIn(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim().toLowerCase()
  if (text === '') return null
  return text === 'true' || text === 'false' ? text === 'true' : value
}

/** A text: the digits of a whole number that JSON holds to the last of them. */
export const textIn = (value: unknown): unknown => (Number.isSafeInteger(value) ? String(value) : value)
