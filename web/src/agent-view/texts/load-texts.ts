import type { Language } from '@tonegate/protocol/languages'
import type { Texts } from './texts.ts'

const languages: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  pl: async () => (await import('./pl.ts')).pl,
}

/** Loads the one language that a page is in. */
export const loadTexts = (language: Language): Promise<Texts> => languages[language]()
