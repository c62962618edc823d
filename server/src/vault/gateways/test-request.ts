import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../base/clock.ts'
import { createOutgoing } from '../../base/outgoing/create-outgoing.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { Digits } from '../model/digits.ts'
import type { AuthorisationRequest, FollowUp } from '../model/gateway.ts'
import type { CardSender } from '../model/vault-sessions.ts'

/** The way out to a double on this machine, which notes the bodies that went along it. */
export function outgoingFor(
  t: TestContext,
  { clock = systemClock, ca }: { readonly clock?: Clock; readonly ca?: string } = {},
): { readonly send: Outgoing; readonly bodies: readonly Uint8Array[] } {
  const outgoing = createOutgoing({
    clock,
    privateAddresses: 'allowed',
    ...(ca !== undefined && { tls: { ca } }),
  })
  t.after(() => outgoing.close())
  const bodies: Uint8Array[] = []
  return {
    bodies,
    send(request) {
      if (request.body) bodies.push(request.body)
      return outgoing.send(request)
    },
  }
}

export function digitsOf(text: string): Digits {
  const digits = new Digits(text.length)
  for (const digit of text) digits.push(Number(digit))
  return digits
}

const { signal } = new AbortController()

/** A customer at a payment page whose script runs. */
export const testSender: CardSender = {
  browser: {
    acceptHeader: 'text/html,*/*;q=0.8',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    language: 'en-GB',
    javaScriptEnabled: true,
    javaEnabled: false,
    colorDepth: 24,
    screenHeight: 1080,
    screenWidth: 1920,
    timeZoneOffset: -60,
  },
  clientAddress: '203.0.113.7',
}

/** A payment of 12.40 pounds on the telephone, unless said otherwise. */
export function testRequest({
  pan = '4242424242424242',
  securityCode = '737',
  ...changes
}: Partial<AuthorisationRequest> & {
  readonly pan?: string
  /** Empty: the card has none. */
  readonly securityCode?: string
} = {}): AuthorisationRequest {
  return {
    idempotencyKey: '01990000-0000-7000-8000-000000000001-1',
    purpose: 'charge',
    card: {
      brand: 'visa',
      pan: digitsOf(pan),
      expiry: digitsOf('1230'),
      ...(securityCode !== '' && { securityCode: digitsOf(securityCode) }),
    },
    order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
    initialValues: {},
    channel: 'moto',
    timeoutSeconds: 30,
    signal,
    ...changes,
  }
}

/** Something to be done with the payment of {@link testRequest}. */
export function testFollowUp(
  gatewayReference: string,
  { kind, ...changes }: Partial<FollowUp> & { readonly kind: 'capture' | 'void' | 'refund' },
): FollowUp {
  const paymentKey = testRequest().idempotencyKey
  return {
    idempotencyKey: `${paymentKey}-${kind}`,
    gatewayReference,
    paymentKey,
    amount: { amountMinor: 1240, currency: 'GBP' },
    authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: kind === 'refund' },
    signal,
    ...changes,
  }
}

export const askedBefore = (
  { idempotencyKey, purpose, order }: AuthorisationRequest,
  requestedAt: number,
) => ({
  idempotencyKey,
  purpose,
  order,
  requestedAt,
  signal,
})
