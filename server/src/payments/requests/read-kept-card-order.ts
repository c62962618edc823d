import { Problem } from '../../base/problem.ts'
import { cardTokenIn, cardTokenNames } from '../../vault/model/card-token-in.ts'
import { type KeptCard, takesMoney } from '../../vault/model/launch.ts'
import type { AccountConfiguration } from '../configurations/account-configuration.ts'
import type { NewSession } from './new-session.ts'
import { invalidMembers } from './wrong-members.ts'

/**
 * Reads whether a session is to charge a card that the gateway keeps: `paymentData.cardToken`, in any case. Whose card it
 * is, the vault knows.
 *
 * @returns who asks for the payment; `undefined` where a card is to be typed.
 * @throws {Problem} `invalid-request` where such a session is not possible; `kept-card-refused` for an agent's own token
 *   where the merchant alone charges.
 */
export function readKeptCardOrder(
  { kind, caller, request: { paymentData } }: Pick<NewSession, 'kind' | 'caller' | 'request'>,
  { flow: { keptCards, purpose }, provider }: AccountConfiguration,
): KeptCard['initiator'] | undefined {
  const names = cardTokenNames(paymentData)
  if (names.length > 1) throw refused('was sent twice, in two spellings')
  if (cardTokenIn(paymentData) === undefined) return undefined
  if (provider)
    throw refused('is not possible: another provider takes the cards of this account configuration')
  if (keptCards === 'never') {
    throw refused('is not allowed: flow.keptCards of this account configuration is never')
  }
  if (kind === 'digital') throw refused('is not allowed for digital sessions: send it to POST /v1/session')
  if (!takesMoney(purpose)) {
    throw refused(
      `is not allowed: flow.purpose of this account configuration is ${purpose}, which charges nothing`,
    )
  }
  if (keptCards === 'merchant' && caller.agentId !== undefined) {
    throw new Problem(
      'kept-card-refused',
      'With this account configuration, only the merchant’s back end may charge kept cards. An agent’s access token cannot.',
    )
  }
  return keptCards
}

const refused = (message: string): Problem => invalidMembers([{ path: '/paymentData/cardToken', message }])
