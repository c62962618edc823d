import { outgoingFor } from '../../test-request.ts'
import type { StartSubject } from '../../test-subject.ts'
import { createStripeGateway } from '../stripe-gateway.ts'
import { hasAHalf, isReviewed, startStripeDouble, stripeApiKey } from './test-stripe.ts'
import { stripeTells, stripeWebhookSecret } from './test-stripe-tells.ts'

/** The adapter with its double. */
export const stripeSubject: StartSubject = async (t, options) => {
  const double = await startStripeDouble(options)
  t.after(() => double.close())
  return {
    double,
    gateway: ({ clock, ca, baseUrl = double.url }) =>
      createStripeGateway({
        settings: { apiKey: stripeApiKey, baseUrl, webhookSecrets: [stripeWebhookSecret] },
        send: outgoingFor(t, { ...(clock && { clock }), ...(ca !== undefined && { ca }) }).send,
        ...(clock && { clock }),
      }),
    paying: /^POST \/v1\/payment_intents$/,
    reversals: /^POST \/v1\/(payment_intents\/\w+\/cancel|refunds)$/,
    completing: /^POST \/v1\/payment_intents\/\w+\/confirm$/,
    askedPan: '4000002760003184',
    backFromBank: (decision) => double.atTheBank(decision),
    leftAtBank: 'declined',
    otherAmount(answer) {
      const body = answer.body as { readonly amount_received: number }
      return { ...answer, body: { ...body, amount_received: body.amount_received + 1 } }
    },
    repeating(answer, said) {
      const body = answer.body as { readonly latest_charge: object }
      const outcome = { type: said, network_status: said }
      const payment_method_details = { card: { authorization_code: said, brand: said } }
      return {
        ...answer,
        body: { ...body, latest_charge: { ...body.latest_charge, outcome, payment_method_details } },
      }
    },
    ownError: (status) => ({ status, body: { error: { type: 'invalid_request_error', code: 'x' } } }),
    errorInside: { status: 200, body: { error: { type: 'api_error', message: 'An error occurred.' } } },
    neverArrived: 'failed',
    part: { pan: hasAHalf, ends: 'declined' },
    review: { pan: isReviewed, ends: 'review' },
    refusal: { status: 400, body: { error: { type: 'invalid_request_error', code: 'charge_disputed' } } },
    tells: stripeTells(double),
    forget: () => double.forgetKeys(),
  }
}
