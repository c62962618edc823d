import type { Language } from '@tonegate/protocol/languages'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Texts } from './texts/texts.ts'

/** What a page says, and in which language. */
export type PageTexts = Texts & { readonly language: Language }

export const TextsOfPage = createContext<PageTexts | undefined>(undefined)

/** @throws {Error} outside of a page that has texts. */
export function useTexts(): PageTexts {
  const texts = useContext(TextsOfPage)
  if (!texts) throw new Error('The page has no texts.')
  return texts
}
