import type { Charging } from '../charge/attempt.ts'
import type { CardFields } from '../fields/card-fields.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import type { KeptCard } from '../model/launch.ts'
import type { createPendingChallenge } from './pending-challenge.ts'

/**
 * A complete card, ready to be charged: `moto` when it was typed on a telephone, `ecommerce` when it was typed into
 * the payment page, whose customer can be asked by their bank.
 */
export function chargingOf(
  fields: CardFields,
  {
    channel,
    linkUrl,
    challenge,
    sender,
  }: {
    readonly channel: Charging['channel']
    readonly linkUrl: string
    readonly challenge: ReturnType<typeof createPendingChallenge>
    readonly sender?: Charging['sender']
  },
): Charging {
  const { pan, expiry, securityCode } = fields.digits()
  const summary = fields.summary()
  return {
    card: { brand: summary.brand, pan, expiry, ...(securityCode.count > 0 && { securityCode }) },
    charged: {
      summary,
      counts: { pan: pan.count, expiry: expiry.count, securityCode: securityCode.count },
    },
    channel,
    ...(channel === 'ecommerce' && { challengeReturnUrl: `${linkUrl}/challenge` }),
    ...(sender && { sender }),
    challenged: challenge.ask,
    wipe: () => fields.wipe(),
  }
}

/** What is known of a kept card: nobody has typed a digit of it. */
export const chargedKeptCard = ({ card }: KeptCard): ChargedCard | undefined =>
  card && { summary: card, counts: { pan: 0, expiry: 0, securityCode: 0 } }

/** A card that the gateway keeps: nobody is there whom its bank could ask, so that such a payment is given up. */
export const chargingOfKept = (card: KeptCard): Charging => ({
  card,
  charged: chargedKeptCard(card),
  channel: card.initiator === 'customer' ? 'moto' : 'ecommerce',
  challenged: async () => 'abandoned',
  wipe() {},
})
