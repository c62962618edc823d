import type { Tells } from '../../test-subject.ts'
import { type AdyenDouble, type AdyenItem, merchantAccount, signedNotification } from './test-adyen.ts'

/** The standard webhooks that Adyen sends, and how it signs them. */
export const adyenTells = ({ notifications }: Pick<AdyenDouble, 'notifications'>): Tells => ({
  facts: () => [...notifications],
  approval: (key): AdyenItem => ({
    eventCode: 'AUTHORISATION',
    success: 'true',
    pspReference: 'NC6HT9CRT9999999',
    merchantReference: key,
    merchantAccountCode: merchantAccount,
    amount: { value: 1240, currency: 'GBP' },
    eventDate: '2026-11-29T04:00:00+01:00',
  }),
  failure: (kind, order): AdyenItem => ({
    eventCode: kind === 'capture' ? 'CAPTURE_FAILED' : 'REFUND_FAILED',
    success: 'true',
    pspReference: `F${order}`,
    merchantReference: order,
    merchantAccountCode: merchantAccount,
    amount: { value: 1240, currency: 'GBP' },
    eventDate: '2026-11-29T04:00:00+01:00',
  }),
  send(fact, { by }) {
    const strange = by === 'somebody' && { key: '11'.repeat(32) }
    return { headers: {}, body: signedNotification([fact as AdyenItem], { ...strange }) }
  },
})
