import assert from 'node:assert/strict'
import type { Language } from '@tonegate/protocol/languages'
import { type Outcome, outcomes } from '@tonegate/protocol/outcome'

interface SpokenRules {
  /** Names the keypad, or the verb that is done on it. */
  readonly keypad: RegExp
  /** Invites somebody to say digits, or sounds as if they were listened to. */
  readonly speech: RegExp
  /** Says that something need not, or must not, be done. */
  readonly negation: RegExp
  /** Begins a question that is answered with yes or no, and not with digits. */
  readonly closedQuestion: RegExp
  /** Asks for a thing without saying what to do. */
  readonly bareRequest: RegExp
  readonly nothingCharged: RegExp
  readonly doNotPayAgain: RegExp
  /** What those who pay do not call anybody, and what takes people to be men or women. */
  readonly notForCustomers: RegExp
}

/** What holds for all that is said aloud to a caller, by the agent or by the line. */
export const spokenRules: Readonly<Record<Language, SpokenRules>> = {
  en: {
    keypad: /\bkey\b.*\bin\b|\bkeypad\b|\bpress\b/,
    speech:
      /\b(?:say|says|said|tell|told|hear|heard|hearing|listen|speak|spoken|read|dictate|give|gave|repeat|spell|call out)\b/i,
    negation: /\bno need\b|\bdon’t\b/,
    closedQuestion: /^(?:Shall|May|Would) /,
    bareRequest: /(?:code|date|number), please/i,
    nothingCharged: /\bnothing (?:was|will be) charged\b/i,
    doNotPayAgain: /\b(?:don’t|do not) (?:pay|take the payment) again\b/i,
    notForCustomers: /\b(?:agents?|operator|consultant)\b/i,
  },
  de: {
    keypad: /\btippen\b.*\bein\b|tastatur\b|\bdrücken\b/i,
    speech:
      /\b(?:sagen|sagt|nennen|nennt|hören|hört|gehört|sprechen|vorlesen|diktieren|wiederholen|mitteilen|durchgeben)\b/i,
    negation: /\bnicht\b/,
    closedQuestion: /^(?:Soll|Darf|Möchten) /,
    bareRequest: /^(?:nun|jetzt) bitte (?:das|die|den|noch) /i,
    nothingCharged: /\b(?:nichts abgebucht|nichts wird abgebucht)\b/i,
    doNotPayAgain: /\bnicht noch einmal\b/i,
    notForCustomers: /\b(?:Agent|Agenten|Agents|Mitarbeiter\w*|Berater\w*|Betreuer|Kunde|Anrufer)\b/,
  },
  pl: {
    keypad: /wpisać|klawiatur|nacisnąć/,
    speech: /powiedz|mówi|słysz|słuch|podać|podawać|podaj|dyktow|przeczyta|odczyta|powtórz/i,
    negation: /(?<!\p{L})nie(?!\p{L})/iu,
    closedQuestion: /^Czy /,
    bareRequest: /(?:proszę|prosimy) o\s(?!potwierdzenie)/i,
    nothingCharged: /nie pobrano żadnych środków|nie pobierzemy żadnych środków|bez pobierania środków/i,
    doNotPayAgain: /nie (?:płacić|obciążać karty) ponownie/i,
    notForCustomers: /konsultant|(?<!\p{L})(?:pan|pani|pana|panią)(?!\p{L})/iu,
  },
}

/** Holds for every line that asks for a field of the card, the first time or again. */
export function assertAsksForKeys(language: Language, line: string): void {
  const { keypad, bareRequest } = spokenRules[language]
  assert.match(line, keypad)
  assert.doesNotMatch(line, bareRequest)
  assert.doesNotMatch(line, /\?/, 'a question is answered aloud')
}

/** Holds for every line that is said aloud. */
export function assertInvitesNoDigits(language: Language, line: string): void {
  const { speech, negation, closedQuestion, bareRequest } = spokenRules[language]
  assert.doesNotMatch(line, /;/, 'nobody speaks a semicolon')
  assert.doesNotMatch(line, bareRequest)
  for (const sentence of sentencesOf(line)) {
    if (speech.test(sentence)) assert.match(sentence, negation)
    if (sentence.endsWith('?')) assert.match(sentence, closedQuestion)
  }
}

/** Holds for the texts of outcomes: each says something else, and what it means for the money. */
export function assertTellsOutcomesApart(language: Language, texts: Readonly<Record<Outcome, string>>): void {
  const { nothingCharged, doNotPayAgain } = spokenRules[language]
  const beginnings = outcomes.map((outcome) => sentencesOf(texts[outcome])[0])
  assert.equal(new Set(beginnings).size, beginnings.length, beginnings.join('\n'))
  for (const outcome of ['declined', 'cancelled', 'failed'] as const) {
    assert.match(texts[outcome], nothingCharged)
    assert.doesNotMatch(texts[outcome], doNotPayAgain)
  }
  for (const outcome of ['review', 'unknown'] as const) {
    assert.match(texts[outcome], doNotPayAgain)
    assert.doesNotMatch(texts[outcome], nothingCharged)
  }
}

const sentencesOf = (text: string): readonly string[] => text.split(/(?<=[.?!])\s+/)

/** Every text of a set, those that name or count something with an example of it, by its path. */
export function textsIn(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value(5, 5))]]
  return Object.entries(Object(value)).flatMap(([name, part]) => textsIn(part, `${path}/${name}`))
}
