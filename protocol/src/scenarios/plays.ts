import type { SandboxCard } from '../simulator-page-data.ts'
import { cardWith, codeOf, mistyped } from './scenario-cards.ts'
import type { Props, Stage } from './stage.ts'
import { beginCall, beginDigital, confirm, typeCard, typeRest } from './steps.ts'

/** A scenario, from its beginning to its end. */
export type Play = (stage: Stage, props: Props) => Promise<void>

export const byHand: Play = async (stage) => {
  await beginCall(stage)
  await stage.say('your-turn')
  await stage.program.readsTheEnd()
}

export const paysWith =
  (card: SandboxCard): Play =>
  async (stage, props) => {
    await beginCall(stage)
    await payWith(stage, card, props)
  }

export const lost: Play = async (stage, { cards, expiry, shortTimeoutConfigurationId }) => {
  await beginCall(stage, shortTimeoutConfigurationId)
  await typeCard(stage, cardWith(cards, 'late-answer'), expiry)
  await confirm(stage)
  await stage.program.readsTheEnd()
  await stage.say('lost')
  await stage.program.readsTheOutcome()
}

export const wrongDigits: Play = async (stage, props) => {
  const approved = cardWith(props.cards, 'approved')
  await beginCall(stage)
  await stage.say('mistypes')
  await stage.caller.types(`${mistyped(approved.pan)}#`)
  await stage.say('asked-again')
  await payWith(stage, approved, props)
}

export const doubled: Play = async (stage, { cards, expiry }) => {
  const { program, caller, agent, say } = stage
  const approved = cardWith(cards, 'approved')
  await beginCall(stage)
  await say('doubled')
  await caller.typesDoubled(approved.pan.slice(0, 5))
  await say('slow-mode')
  await agent.turnsOnSlowMode()
  await caller.types('*')
  await caller.typesDoubled(`${approved.pan}#`)
  await say('types-expiry')
  await caller.typesDoubled(`${expiry}#`)
  await say('types-code')
  await caller.typesDoubled(`${codeOf(approved)}#`)
  await confirm(stage)
  await program.readsTheEnd()
}

export const inBand: Play = async (stage, { cards }) => {
  const { say, caller, agent, program } = stage
  await beginCall(stage)
  await say('types-card')
  await caller.types(cardWith(cards, 'approved').pan.slice(0, 8))
  await say('tones-heard')
  await stage.trouble('in-band-tones')
  await say('tones-to-link')
  await agent.sendsLink()
  await say('open-link')
  await stage.customer.pays(cardWith(cards, 'approved'))
  await program.readsTheEnd()
}

export const audio: Play = (stage, props) =>
  interrupted(stage, props, async () => {
    await stage.say('audio-lost')
    await stage.trouble('audio-lost')
    await stage.say('audio-back')
    await stage.trouble('audio-back')
  })

export const reload: Play = (stage, props) =>
  interrupted(stage, props, async () => {
    await stage.say('reloads')
    await stage.agent.reloads()
  })

export const hangUp: Play = async (stage, { cards }) => {
  const { program, caller, say } = stage
  await beginCall(stage)
  await say('types-card')
  await caller.types(cardWith(cards, 'approved').pan.slice(0, 8))
  await say('hangs-up')
  await caller.hangsUp()
  await say('cancels')
  await program.cancels()
  await program.readsTheEnd()
}

export const silent: Play = async (stage, { shortTimeoutConfigurationId }) => {
  await beginCall(stage, shortTimeoutConfigurationId)
  await stage.say('silent')
  await stage.program.readsTheEnd()
}

export const toLink: Play = async (stage, { cards }) => {
  await beginCall(stage)
  await stage.say('cannot-type')
  await stage.agent.sendsLink()
  await stage.say('open-link')
  await stage.customer.pays(cardWith(cards, 'approved'))
  await stage.program.readsTheEnd()
}

export const digital =
  (opens: 'open-link' | 'open-link-challenge'): Play =>
  async (stage, { cards }) => {
    await beginDigital(stage)
    await stage.say(opens)
    await stage.customer.pays(cardWith(cards, opens === 'open-link' ? 'approved' : 'challenge'))
    await stage.program.readsTheEnd()
  }

async function payWith(stage: Stage, card: SandboxCard, { expiry }: Props): Promise<void> {
  await typeCard(stage, card, expiry)
  await confirm(stage)
  await stage.program.readsTheEnd()
}

/** The caller types, something happens in the middle of the card number, the caller goes on. */
async function interrupted(
  stage: Stage,
  { cards, expiry }: Props,
  happens: () => Promise<void>,
): Promise<void> {
  const { say, caller, program } = stage
  const card = cardWith(cards, 'approved')
  await beginCall(stage)
  await say('types-card')
  await caller.types(card.pan.slice(0, 8))
  await happens()
  await say('goes-on')
  await caller.types(`${card.pan.slice(8)}#`)
  await typeRest(stage, card, expiry)
  await confirm(stage)
  await program.readsTheEnd()
}
