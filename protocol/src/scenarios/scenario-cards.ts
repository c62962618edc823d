import type { SandboxCard } from '../simulator-page-data.ts'

/** The card with the outcome, and the reason behind it, that a scenario is named by. */
export function cardOf(name: string, cards: readonly SandboxCard[]): SandboxCard {
  const [outcome, reason] = name.split(':')
  const card = cards.find((card) => card.outcome === outcome && card.declineReason === reason)
  if (!card) throw new Error(`No test card plays ${name}.`)
  return card
}

export function cardWith(cards: readonly SandboxCard[], outcome: SandboxCard['outcome']): SandboxCard {
  const card = cards.find((card) => card.outcome === outcome)
  if (!card) throw new Error(`No test card has the outcome ${outcome}.`)
  return card
}

export const codeOf = ({ brand }: SandboxCard): string => (brand === 'american-express' ? '1234' : '123')

/** With another last digit. */
export const mistyped = (pan: string): string => pan.slice(0, -1) + ((Number(pan.at(-1)) + 1) % 10)
