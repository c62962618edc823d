import type { Language } from '@tonegate/protocol/languages'
import { german } from './texts-de.ts'
import { english } from './texts-en.ts'
import { polish } from './texts-pl.ts'

/** Everything that the simulator says. */
export type Texts = typeof english

export const textsOf: Readonly<Record<Language, Texts>> = {
  en: english,
  de: german,
  pl: polish,
}
