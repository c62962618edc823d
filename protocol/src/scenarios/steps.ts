import type { SandboxCard } from '../simulator-page-data.ts'
import { codeOf } from './scenario-cards.ts'
import type { Stage } from './stage.ts'

export async function beginCall({ say, program, caller }: Stage, configurationId?: number): Promise<void> {
  await say('token')
  await program.asksForToken()
  await say('call')
  await caller.calls()
  await say('session')
  await program.opensSession(configurationId)
}

export async function beginDigital({ say, program, agent }: Stage): Promise<void> {
  await say('token')
  await program.asksForToken()
  await say('digital')
  await program.opensDigitalSession()
  await say('sends-link')
  await agent.sendsLink()
}

export async function typeCard(stage: Stage, card: SandboxCard, expiry: string): Promise<void> {
  await stage.say('types-card')
  await stage.caller.types(`${card.pan}#`)
  await typeRest(stage, card, expiry)
}

/** What comes after the card number. */
export async function typeRest({ say, caller }: Stage, card: SandboxCard, expiry: string): Promise<void> {
  await say('types-expiry')
  await caller.types(`${expiry}#`)
  await say('types-code')
  await caller.types(`${codeOf(card)}#`)
}

export async function confirm({ say, caller }: Stage): Promise<void> {
  await say('confirms')
  await caller.types('1')
  await say('gateway')
}
