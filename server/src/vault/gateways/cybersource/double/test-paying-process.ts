import { systemClock } from '../../../../base/clock.ts'
import { createOutgoing } from '../../../../base/outgoing/create-outgoing.ts'
import { Digits } from '../../../model/digits.ts'
import { testRequest } from '../../test-request.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'
import { page } from './test-page.ts'

/** What a process of its own pays with; the card is hidden, so that its number is in no message. */
export interface PaidElsewhere {
  readonly settings: CybersourceSettings
  readonly hidden: readonly number[]
  readonly channel: 'moto' | 'ecommerce'
}

/** Turns a number into one that does not look like it, and back. */
export const mask = 0x55

if (process.send) {
  process.on('message', async ({ settings, hidden, channel }: PaidElsewhere) => {
    const pan = new Digits(hidden.length)
    for (const each of hidden) pan.push((each ^ mask) - 48)
    const { send } = createOutgoing({ clock: systemClock, privateAddresses: 'allowed' })
    const { card, ...request } = testRequest({ idempotencyKey: `paid-${channel}` })
    const answer = await createCybersourceGateway({ settings, send }).authorise({
      ...request,
      channel,
      card: { ...card, pan },
      challengeReturnUrl: 'https://pay.test/back',
      ...page,
    })
    pan.wipe()
    process.send?.(answer.status)
  })
}
