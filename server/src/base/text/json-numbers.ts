declare global {
  interface JSON {
    /** A number that is written as this text (ECMAScript, JSON.parse source text access). */
    rawJSON(text: string): object
  }
}

/** The numbers of a parsed object that JavaScript would write otherwise, by the names of their members. */
const written = new WeakMap<object, Map<string, string>>()

/** Whether a text may have such a number, behind what a value stands behind; a look at a text costs less than a reviver. */
const mayDiffer = /(?:^|[:[,])\s*(?:-0|-?\d+[.eE]|-?\d{16})/

/**
 * `JSON.parse`, after which {@link numberAsWritten} knows how each number was written: `1.10` is not `1.1`, and
 * `12345678901234567890` has its own last digits. The values themselves are those that JavaScript reads.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  return mayDiffer.test(text) ? JSON.parse(text, remember) : JSON.parse(text)
}

function remember(
  this: object,
  name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || source === String(value)) return value
  const known = written.get(this)
  if (known) known.set(name, source)
  else written.set(this, new Map([[name, source]]))
  return value
}

/** A number that is a member of a parsed object, or an element of a list, as it was written. */
export const numberAsWritten = (holder: object, name: string, value: number): string =>
  written.get(holder)?.get(name) ?? String(value)

/** `JSON.stringify`, which writes the numbers of parsed objects as they were written. */
export const stringifyAsWritten = (value: unknown): string => JSON.stringify(value, asWritten)

function asWritten(this: object, name: string, value: unknown): unknown {
  return typeof value === 'number' ? JSON.rawJSON(numberAsWritten(this, name, value)) : value
}
