import { Problem } from '../../../base/problem.ts'
import type { KeptCards } from '../../charge/kept-cards.ts'
import type { Gateway } from '../../model/gateway.ts'
import type { Launch } from '../../model/launch.ts'

/**
 * A launch with what is known of the card, where it charges one that the gateway keeps.
 *
 * @throws {Problem} `invalid-request` for a card that is not one of the tenant's at this gateway, or that it cannot charge.
 */
export function createKeptCardAtLaunch(
  keptCards: KeptCards,
): (launch: Launch, gateway: Gateway) => Promise<Launch> {
  return async (launch, gateway) => {
    const { keptCard, tenant, flow } = launch
    if (!keptCard) return launch
    if (!gateway.authoriseKept)
      throw wrongToken(
        'cannot be charged: the gateway of this account configuration does not support kept cards',
      )
    const known = await keptCards.find({ tenant, gateway: flow.gateway, token: keptCard.token })
    if (!known)
      throw wrongToken(
        'does not belong to a card that the gateway of this account configuration keeps for this account',
      )
    return { ...launch, keptCard: { ...keptCard, ...(known.card && { card: known.card }) } }
  }
}

function wrongToken(message: string): Problem {
  const path = '/paymentData/cardToken'
  return new Problem('invalid-request', `The request is not valid: ${path} ${message}.`, {
    errors: [{ path, message }],
  })
}
