import type { SandboxCard } from '../simulator-page-data.ts'
import { declineScenarios, type ScenarioName } from './scenarios.ts'

/** What comes of each scenario that is played without a person, in a sentence. */
const sentences = {
  approved: 'The caller types a card, and the bank approves it.',
  review: 'The payment is accepted and under review.',
  error: 'The gateway cannot process the payment.',
  lost: 'The gateway does not answer in time: the outcome is unknown, and known as approved some seconds later.',
  'wrong-digits': 'The caller mistypes the last digit, is asked again, and pays.',
  doubled: 'The phone sends every key twice; the agent turns on slow mode, and the caller pays.',
  'in-band': 'Key tones leak into the call; the keypad is closed, and the caller pays by a link.',
  audio: 'The audio is lost and comes back in the middle of the card number; the caller pays.',
  reload: 'The agent reloads the page in the middle of the card number; the caller pays.',
  'hang-up': 'The caller hangs up halfway, and the program cancels the session.',
  silent: 'The caller does nothing until the session times out.',
  'to-link': 'The caller cannot use the keypad and pays by a link in the same session.',
  digital: 'The customer opens a link and pays on the page.',
  challenge: 'The customer pays by a link and confirms the payment at the bank (3-D Secure).',
} as const satisfies Partial<Record<ScenarioName, string>>

/** A scenario that a program can have played. */
export interface PlayedScenario {
  readonly name: ScenarioName
  readonly sentence: string
}

/** All scenarios that need no person. */
export const playedScenarios = (cards: readonly SandboxCard[]): readonly PlayedScenario[] => [
  ...Object.entries(sentences).map(([name, sentence]) => ({ name: name as ScenarioName, sentence })),
  ...declineScenarios(cards).map((name) => ({
    name,
    sentence: `The caller types a card, and the bank declines it: ${name.slice('declined:'.length).replaceAll('-', ' ')}.`,
  })),
]
