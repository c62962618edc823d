import { systemClock } from '../../../../base/clock.ts'
import { createOutgoing } from '../../../../base/outgoing/create-outgoing.ts'
import { Digits } from '../../../model/digits.ts'
import { testRequest } from '../../test-request.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'

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
      ...{ ...request, channel, card: { ...card, pan } },
      ...{ challengeReturnUrl: 'https://pay.test/back', clientAddress: '192.0.2.7' },
      browser: {
        ...{ acceptHeader: '*/*', userAgent: 'Mozilla/5.0', language: 'en', javaScriptEnabled: true },
        ...{ javaEnabled: false, colorDepth: 24, screenHeight: 900, screenWidth: 1440, timeZoneOffset: 0 },
      },
    })
    pan.wipe()
    process.send?.(answer.status)
  })
}
