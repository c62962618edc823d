import assert from 'node:assert/strict'
import type { Language } from '@tonegate/protocol/languages'

/** What never stands in a text that people read, by what it should be. */
const wrong: Readonly<Record<Language | 'any', Readonly<Record<string, RegExp>>>> = {
  any: {
    'a typographic apostrophe or quotation mark': /['"]/,
    'an ellipsis': /\.\.\./,
    'a dash': / - /,
    'one space': /\s\s|^\s|\s$/,
  },
  en: { 'no space before an ellipsis': /\s…/ },
  de: { 'a non-breaking space before an ellipsis': /[^\u00a0]…/ },
  pl: {
    'no space before an ellipsis': /\s…/,
    'a non-breaking space after a word of one letter': /(?<![\p{L}\p{N}’])[aiouwz] /iu,
  },
}

/** Holds for every text of a page in that language. */
export function assertTypography(language: Language, text: string, where: string): void {
  for (const [right, pattern] of Object.entries({ ...wrong.any, ...wrong[language] })) {
    assert.doesNotMatch(text, pattern, `${where}: ${right}`)
  }
}
