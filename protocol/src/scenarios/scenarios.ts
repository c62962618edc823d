import type { SandboxCard } from '../simulator-page-data.ts'
import * as plays from './plays.ts'
import { cardOf, cardWith } from './scenario-cards.ts'
import type { Props, Stage } from './stage.ts'

export const callScenarios = [
  'wrong-digits',
  'doubled',
  'in-band',
  'audio',
  'reload',
  'hang-up',
  'silent',
] as const
export const pageScenarios = ['to-link', 'digital', 'challenge'] as const
export const outcomeScenarios = ['approved', 'review', 'error', 'lost'] as const

export type ScenarioName =
  | 'by-hand'
  | (typeof outcomeScenarios)[number]
  | `declined:${string}`
  | (typeof callScenarios)[number]
  | (typeof pageScenarios)[number]

/** The scenarios of the declines that there is a card for. */
export const declineScenarios = (cards: readonly SandboxCard[]): readonly ScenarioName[] =>
  cards.flatMap(({ declineReason }) => (declineReason ? [`declined:${declineReason}` as const] : []))

/** The card that a customer is asked to use in a scenario; nothing where the card is typed by itself. */
export function cardToUse(scenario: ScenarioName, { cards }: Props): SandboxCard | undefined {
  if (scenario === 'challenge') return cardWith(cards, 'challenge')
  const byHand: readonly ScenarioName[] = ['by-hand', 'in-band', 'to-link', 'digital']
  return byHand.includes(scenario) ? cardWith(cards, 'approved') : undefined
}

/** Plays a scenario from its beginning to its end. */
export const playScenario = (name: ScenarioName, stage: Stage, props: Props): Promise<void> =>
  (playOf[name] ?? plays.paysWith(cardOf(name, props.cards)))(stage, props)

/** The others are named by the outcome of the card that pays in them. */
const playOf: Partial<Readonly<Record<ScenarioName, plays.Play>>> = {
  'by-hand': plays.byHand,
  lost: plays.lost,
  'wrong-digits': plays.wrongDigits,
  doubled: plays.doubled,
  'in-band': plays.inBand,
  audio: plays.audio,
  reload: plays.reload,
  'hang-up': plays.hangUp,
  silent: plays.silent,
  'to-link': plays.toLink,
  digital: plays.digital('open-link'),
  challenge: plays.digital('open-link-challenge'),
}
