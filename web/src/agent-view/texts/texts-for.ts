import type { LanguageTexts, Texts } from './texts.ts'

/** What the page of an order says: of one that charges nothing, that the card is verified, and nothing of a payment. */
export function textsFor(
  { amountMinor }: { readonly amountMinor: number },
  { forCardCheck, ...usual }: LanguageTexts,
): Texts {
  if (amountMinor > 0) return usual
  return {
    ...usual,
    ...forCardCheck,
    standing: { ...usual.standing, ...forCardCheck.standing },
    words: { ...usual.words, ...forCardCheck.words },
    wordsWithoutLast4: forCardCheck.words,
    warnings: { ...usual.warnings, ...forCardCheck.warnings },
    outcomes: { ...usual.outcomes, ...forCardCheck.outcomes },
    ends: { ...usual.ends, ...forCardCheck.ends },
  }
}
