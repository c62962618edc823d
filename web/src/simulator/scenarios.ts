import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'
import type { Line } from './texts.ts'

/** Who can be told what to do in a scenario. Each resolves when it has been done. */
export interface Stage {
  /** Says what happens next, and leaves time to read it. */
  say(line: Line): Promise<void>
  readonly program: {
    asksForToken(): Promise<void>
    opensSession(configurationId?: number): Promise<void>
    opensDigitalSession(): Promise<void>
    cancels(): Promise<void>
    /** Waits until the session has ended. */
    readsTheEnd(): Promise<void>
    /** Waits until the outcome of a session that has ended is known. */
    readsTheOutcome(): Promise<void>
  }
  readonly caller: {
    calls(): Promise<void>
    types(keys: string): Promise<void>
    /** As a telephone types that sends each key twice. */
    typesDoubled(keys: string): Promise<void>
    hangsUp(): Promise<void>
  }
  readonly agent: {
    reloads(): Promise<void>
    turnsOnSlowMode(): Promise<void>
    sendsLink(): Promise<void>
  }
  trouble(trouble: 'in-band-tones' | 'audio-lost' | 'audio-back'): Promise<void>
}

/** What scenarios are played with. */
export interface Props {
  readonly cards: readonly SandboxCard[]
  /** MMYY. */
  readonly expiry: string
  readonly shortTimeoutConfigurationId: number
}

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
  const byHand: readonly ScenarioName[] = ['by-hand', 'to-link', 'digital']
  return byHand.includes(scenario) ? cardWith(cards, 'approved') : undefined
}

/** Plays a scenario from its beginning to its end. */
export async function playScenario(name: ScenarioName, stage: Stage, props: Props): Promise<void> {
  const { program, caller, agent, say } = stage
  const approved = cardWith(props.cards, 'approved')
  switch (name) {
    case 'by-hand':
      await beginCall(stage)
      await say('your-turn')
      return program.readsTheEnd()
    case 'lost':
      await beginCall(stage, props.shortTimeoutConfigurationId)
      await typeCard(stage, cardWith(props.cards, 'late-answer'), props)
      await confirm(stage)
      await program.readsTheEnd()
      await say('lost')
      return program.readsTheOutcome()
    case 'wrong-digits':
      await beginCall(stage)
      await say('mistypes')
      await caller.types(`${mistyped(approved.pan)}#`)
      await say('asked-again')
      return payWith(stage, approved, props)
    case 'doubled':
      await beginCall(stage)
      await say('doubled')
      await caller.typesDoubled(approved.pan.slice(0, 5))
      await say('slow-mode')
      await agent.turnsOnSlowMode()
      await caller.types('*')
      await caller.typesDoubled(`${approved.pan}#`)
      await say('types-expiry')
      await caller.typesDoubled(`${props.expiry}#`)
      await say('types-code')
      await caller.typesDoubled(`${codeOf(approved)}#`)
      await confirm(stage)
      return program.readsTheEnd()
    case 'in-band':
      return interrupted(stage, approved, props, async () => {
        await say('tones-heard')
        await stage.trouble('in-band-tones')
      })
    case 'audio':
      return interrupted(stage, approved, props, async () => {
        await say('audio-lost')
        await stage.trouble('audio-lost')
        await say('audio-back')
        await stage.trouble('audio-back')
      })
    case 'reload':
      return interrupted(stage, approved, props, async () => {
        await say('reloads')
        await agent.reloads()
      })
    case 'hang-up':
      await beginCall(stage)
      await say('types-card')
      await caller.types(approved.pan.slice(0, 8))
      await say('hangs-up')
      await caller.hangsUp()
      await say('cancels')
      await program.cancels()
      return program.readsTheEnd()
    case 'silent':
      await beginCall(stage, props.shortTimeoutConfigurationId)
      await say('silent')
      return program.readsTheEnd()
    case 'to-link':
      await beginCall(stage)
      await say('cannot-type')
      await agent.sendsLink()
      await say('open-link')
      return program.readsTheEnd()
    case 'digital':
      await beginDigital(stage)
      await say('open-link')
      return program.readsTheEnd()
    case 'challenge':
      await beginDigital(stage)
      await say('open-link-challenge')
      return program.readsTheEnd()
    default:
      await beginCall(stage)
      return payWith(stage, cardOf(name, props.cards), props)
  }
}

async function beginCall({ say, program, caller }: Stage, configurationId?: number): Promise<void> {
  await say('token')
  await program.asksForToken()
  await say('call')
  await caller.calls()
  await say('session')
  await program.opensSession(configurationId)
}

async function beginDigital({ say, program, agent }: Stage): Promise<void> {
  await say('token')
  await program.asksForToken()
  await say('digital')
  await program.opensDigitalSession()
  await say('sends-link')
  await agent.sendsLink()
}

async function payWith(stage: Stage, card: SandboxCard, props: Props): Promise<void> {
  await typeCard(stage, card, props)
  await confirm(stage)
  await stage.program.readsTheEnd()
}

async function typeCard({ say, caller }: Stage, card: SandboxCard, { expiry }: Props): Promise<void> {
  await say('types-card')
  await caller.types(`${card.pan}#`)
  await say('types-expiry')
  await caller.types(`${expiry}#`)
  await say('types-code')
  await caller.types(`${codeOf(card)}#`)
}

async function confirm({ say, caller }: Stage): Promise<void> {
  await say('confirms')
  await caller.types('1')
  await say('gateway')
}

/** The caller types, something happens in the middle of the card number, the caller goes on. */
async function interrupted(
  stage: Stage,
  card: SandboxCard,
  { expiry }: Props,
  happens: () => Promise<void>,
): Promise<void> {
  const { say, caller, program } = stage
  await beginCall(stage)
  await say('types-card')
  await caller.types(card.pan.slice(0, 8))
  await happens()
  await say('goes-on')
  await caller.types(`${card.pan.slice(8)}#`)
  await say('types-expiry')
  await caller.types(`${expiry}#`)
  await say('types-code')
  await caller.types(`${codeOf(card)}#`)
  await confirm(stage)
  await program.readsTheEnd()
}

function cardOf(name: ScenarioName, cards: readonly SandboxCard[]): SandboxCard {
  const [outcome, reason] = name.split(':')
  const card = cards.find((card) => card.outcome === outcome && card.declineReason === reason)
  if (!card) throw new Error(`No test card plays ${name}.`)
  return card
}

function cardWith(cards: readonly SandboxCard[], outcome: SandboxCard['outcome']): SandboxCard {
  const card = cards.find((card) => card.outcome === outcome)
  if (!card) throw new Error(`No test card has the outcome ${outcome}.`)
  return card
}

const codeOf = ({ brand }: SandboxCard): string => (brand === 'american-express' ? '1234' : '123')

const mistyped = (pan: string): string => pan.slice(0, -1) + ((Number(pan.at(-1)) + 1) % 10)
