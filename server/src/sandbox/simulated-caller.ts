import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { sandboxCards } from '../vault/gateways/sandbox-gateway.ts'
import type { TypedCard, VaultSessions } from '../vault/model/vault-sessions.ts'
import { playedScenarios } from './demo-configurations.ts'

/**
 * Plays the caller in sessions of the configurations that play themselves: a second after the launch it types
 * the test card whose outcome the configuration promises, on the keypad or into the payment page. The card takes the
 * same way as one that a person types.
 */
export function createSimulatedCaller({
  sessions,
  clock,
}: {
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly clock: Clock
}) {
  return (guid: Guid, configurationId: number): void => {
    const scenario = playedScenarios.get(configurationId)
    if (!scenario) return
    clock.after(1000, () => {
      const session = sessions.find(guid)
      if (!session) return
      const card = cardFor(scenario, clock)
      if (session.launch.entry === 'keypad') {
        const code = session.launch.flow.securityCode === 'never' ? '' : `${card.securityCode}#`
        for (const tone of `${card.pan}#${card.expiry}#${code}1`) session.press(tone)
      } else {
        session.pageOpened()
        session.submitCard(card).catch(() => {})
      }
    })
  }
}

function cardFor(scenario: string, clock: Clock): TypedCard {
  const card = sandboxCards.find(({ outcome }) => outcome === scenario)
  if (!card) throw new Error(`No test card has the outcome ${scenario}.`)
  const year = new Date(clock.now()).getUTCFullYear() + 3
  return { pan: card.pan, expiry: `12${String(year).slice(-2)}`, securityCode: '123' }
}
