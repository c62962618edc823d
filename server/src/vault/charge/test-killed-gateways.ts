import { Stripe } from 'stripe'
import type { Clock } from '../../base/clock.ts'
import { signWebhook } from '../../base/signing/standard-webhooks.ts'
import {
  adyenApiKey,
  hasAPart,
  hmacKey,
  merchantAccount,
  signedNotification,
  startAdyenDouble,
} from '../gateways/adyen/double/test-adyen.ts'
import {
  connectorCards,
  connectorSecret,
  startConnectorDouble,
} from '../gateways/connector/double/test-connector.ts'
import {
  cybersourceCards,
  cybersourceSettings,
  startCybersourceDouble,
} from '../gateways/cybersource/double/test-cybersource.ts'
import { authenticatedCards } from '../gateways/cybersource/double/test-payer-authentication.ts'
import { startStripeDouble, stripeApiKey } from '../gateways/stripe/double/test-stripe.ts'
import type { DoubleRequest, GatewayDouble } from '../gateways/test-double.ts'
import type { TestLedger } from '../gateways/test-ledger.ts'
import { visa } from '../test-vault.ts'
import type { Told } from './test-charging-vault.ts'

/** What a situation may need of a gateway. */
export type Need = 'approves a part' | 'tells' | 'asks the bank' | 'keeps cards'

/** A gateway's double, and what is particular to it. */
export interface KilledGateway {
  readonly double: GatewayDouble & { readonly ledger: TestLedger }
  /** Lead its adapter to the double. */
  readonly settings: object
  /** The second is one whose bank asks its customer. */
  readonly cards: { readonly paying: string; readonly asked: string }
  /** Whether a request asks for money by a card. */
  asksForMoney(request: DoubleRequest): boolean
  /** The requests by which a part is released. */
  readonly releasing: RegExp
  /** What it tells of its payments by itself, as it sends it. */
  tells(now: number): readonly Told[]
}

export interface KilledGatewayKind {
  /** What it cannot do, and why. */
  readonly cannot: Partial<Record<Need, string>>
  /** What becomes of a payment that never arrived. */
  readonly neverArrived: 'failed' | 'unknown'
  start(parts: { readonly clock: Clock; readonly approves: 'all' | 'a part' }): Promise<KilledGateway>
}

const bodyOf = ({ body }: DoubleRequest) => JSON.parse(body.toString() || '{}')
const isPost = ({ method, path }: DoubleRequest, to: string) => method === 'POST' && path === to

const connector: KilledGatewayKind = {
  cannot: { 'approves a part': 'its endpoint lets a part go by itself: the protocol has one sum' },
  neverArrived: 'failed',
  async start() {
    const double = await startConnectorDouble()
    const isAskedFor = (request: DoubleRequest) =>
      /authorise/.test(request.path) && bodyOf(request).purpose === 'charge'
    return {
      double,
      settings: { url: `${double.url}/tonegate`, secrets: [connectorSecret] },
      cards: { paying: visa, asked: connectorCards.asksTheBank },
      asksForMoney: isAskedFor,
      releasing: /(void|refund)$/,
      tells: (sentAt) =>
        double.asked.filter(isAskedFor).map((request) => {
          const { idempotencyKey } = bodyOf(request)
          const body = JSON.stringify({ version: 1, about: 'payment', idempotencyKey, gatewayCode: 'told' })
          const signed = { id: 'told', sentAt, body: Buffer.from(body), secrets: [connectorSecret] }
          return { headers: { ...signWebhook(signed) }, body }
        }),
    }
  },
}

const webhookSecret = 'whsec_of_the_double_1234567890'

const stripeEvents: Readonly<Record<string, string>> = {
  succeeded: 'payment_intent.succeeded',
  requires_capture: 'payment_intent.amount_capturable_updated',
  canceled: 'payment_intent.canceled',
}

const stripe: KilledGatewayKind = {
  cannot: {},
  neverArrived: 'failed',
  async start({ clock, approves }) {
    const double = await startStripeDouble({ clock })
    if (approves === 'a part') double.approvesPart(700)
    const { webhooks } = new Stripe(stripeApiKey)
    return {
      double,
      settings: { apiKey: stripeApiKey, baseUrl: double.url, webhookSecrets: [webhookSecret] },
      cards: { paying: visa, asked: '4000002760003184' },
      asksForMoney: (request) => isPost(request, '/v1/payment_intents'),
      releasing: /^POST \/v1\/(payment_intents\/\w+\/cancel|refunds)$/,
      tells: (now) =>
        double.intents().flatMap((intent) => {
          const type = stripeEvents[intent.status]
          if (type === undefined) return []
          const id = `evt_${intent.id}_${intent.status}`
          const event = { id, object: 'event', livemode: false, type, data: { object: intent } }
          const payload = JSON.stringify(event)
          const timestamp = Math.floor(now / 1000)
          const signed = webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp })
          return [{ headers: { 'stripe-signature': signed }, body: payload }]
        }),
    }
  },
}

const adyen: KilledGatewayKind = {
  cannot: {},
  neverArrived: 'unknown',
  async start({ approves }) {
    const double = await startAdyenDouble({ partly: 'always' })
    return {
      double,
      settings: { apiKey: adyenApiKey, merchantAccount, hmacKey, baseUrl: double.url },
      cards: { paying: approves === 'a part' ? hasAPart : visa, asked: '4212345678901245' },
      asksForMoney(request) {
        if (!isPost(request, '/v71/payments')) return false
        const { paymentMethod, amount } = bodyOf(request)
        const isByCard = paymentMethod.number ?? paymentMethod.storedPaymentMethodId
        return isByCard !== undefined && amount.value > 0
      },
      releasing: /\/reversals$/,
      tells: () =>
        double.notifications.map((item) => ({ headers: {}, body: signedNotification([item]).toString() })),
    }
  },
}

const [isAuthorisedInPart = ''] = Object.entries(cybersourceCards).find(([, { part }]) => part) ?? []

const cybersource: KilledGatewayKind = {
  cannot: { tells: 'its notifications are not read: the search finds what they would tell' },
  neverArrived: 'unknown',
  async start({ clock, approves }) {
    const double = await startCybersourceDouble({ clock })
    return {
      double,
      settings: { ...cybersourceSettings, baseUrl: double.url, threeDSecure: 'payer-authentication' },
      cards: { paying: approves === 'a part' ? isAuthorisedInPart : visa, asked: authenticatedCards.asks },
      asksForMoney: (request) =>
        isPost(request, '/pts/v2/payments') &&
        Number(bodyOf(request).orderInformation.amountDetails.totalAmount) > 0,
      releasing: /^POST \/pts\/v2\/payments\/\d+\/(reversals|refunds)$/,
      tells: () => [],
    }
  },
}

/** Every kind of gateway whose charges are killed, by its name. */
export const killedGateways = { connector, stripe, adyen, cybersource } as const

export type KilledKind = keyof typeof killedGateways
