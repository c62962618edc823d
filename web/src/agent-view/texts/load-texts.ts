import type { Language } from '@tonegate/protocol/languages'
import { keepShortWords } from '../../keep-short-words.ts'
import type { LanguageTexts } from './texts.ts'

const languages: Readonly<Record<Language, () => Promise<LanguageTexts>>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  pl: async () => keepShortWords((await import('./pl.ts')).pl),
}

/** Loads the one language that a page is in. */
export const loadTexts = (language: Language): Promise<LanguageTexts> => languages[language]()
