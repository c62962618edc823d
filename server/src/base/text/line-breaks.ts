/** What ends a line or moves on within one: tab, LF, VT, FF, CR, NEL, LS and PS (Unicode 17, §5.8). */
const breaks = String.raw`\t\n\v\f\r\u0085\u2028\u2029`

const someBreak = new RegExp(`[${breaks}]`)
const foldable = new RegExp(`[ ${breaks}]*[${breaks}][ ${breaks}]*`, 'g')

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/

/** Whether a text has tabs or line breaks, as an address of several lines has. */
export const hasLineBreaks = (text: string): boolean => someBreak.test(text)

/** Whether a text has control characters that are no part of any text: all but tabs and line breaks. */
export const hasControlCharacters = (text: string): boolean => controlCharacter.test(text)

/**
 * A text on one line, as gateways, headers and logs are given it: each tab and line break becomes a space, together with the
 * spaces around it, and none stands at either end. A text without any stays as it is.
 */
export const foldLineBreaks = (text: string): string =>
  hasLineBreaks(text) ? text.replace(foldable, ' ').trim() : text

/** The same of each value of an object; null stays null. */
export const foldValues = <Value extends string | null>(
  values: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      (value === null ? null : foldLineBreaks(value)) as Value,
    ]),
  )
