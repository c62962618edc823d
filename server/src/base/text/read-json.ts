import { parseJson } from './json-numbers.ts'

/**
 * Reads JSON that another server sent, or a person wrote into a file (RFC 8259): UTF-8 and nothing else, whatever a
 * header says of it. A byte order mark before it is passed over (§8.1), for there are servers and editors that write one.
 * What is not UTF-8 is no JSON: a byte that is read for another one may be a digit of a sum. How numbers were written is
 * remembered (`json-numbers.ts`).
 *
 * @returns `undefined` for what is no JSON, which no JSON is.
 */
export function readJson(body: Uint8Array): unknown {
  const text = readUtf8(body)
  return text === undefined ? undefined : parsed(text)
}

/** The same of a text, as an environment has them. */
export const readJsonText = (text: string): unknown => parsed(withoutByteOrderMark(text))

/** Text in UTF-8 without its byte order mark; `undefined` for what is not UTF-8. */
export function readUtf8(body: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(body)
  } catch {
    return undefined
  }
}

/** One mark goes, a second one belongs to the text. */
export const withoutByteOrderMark = (text: string): string =>
  text.startsWith('\ufeff') ? text.slice(1) : text

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
