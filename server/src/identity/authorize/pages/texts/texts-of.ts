import type { Language } from '@tonegate/protocol/languages'
import { germanTexts } from './de.ts'
import { englishTexts } from './en.ts'
import { polishTexts } from './pl.ts'
import type { Texts } from './texts.ts'

const texts: Readonly<Record<Language, Texts>> = { en: englishTexts, de: germanTexts, pl: polishTexts }

export const textsOf = (language: Language): Texts => texts[language]
