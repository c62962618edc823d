import { outgoingFor } from '../../test-request.ts'
import type { StartSubject } from '../../test-subject.ts'
import { createAdyenGateway } from '../adyen-gateway.ts'
import { adyenApiKey, hasAPart, hmacKey, isPending, merchantAccount, startAdyenDouble } from './test-adyen.ts'
import { adyenTells } from './test-adyen-tells.ts'

/** The adapter with its double. */
export const adyenSubject: StartSubject = async (t, { tls }) => {
  const double = await startAdyenDouble({ partly: 'always', ...(tls && { tls }) })
  t.after(() => double.close())
  return {
    double,
    gateway: ({ clock, ca, baseUrl = double.url }) =>
      createAdyenGateway({
        settings: { apiKey: adyenApiKey, merchantAccount, hmacKey, baseUrl },
        send: outgoingFor(t, { ...(clock && { clock }), ...(ca !== undefined && { ca }) }).send,
        ...(clock && { clock }),
      }),
    paying: /^POST \/v71\/payments$/,
    reversals: /\/(cancels|reversals|refunds)$/,
    completing: /\/payments\/details$/,
    askedPan: '4212345678901245',
    backFromBank: (decision) => ({ redirectResult: `redirect-1!${decision}` }),
    leftAtBank: 'declined',
    otherAmount(answer) {
      const body = answer.body as { readonly amount: { readonly value: number; readonly currency: string } }
      const { value, currency } = body.amount
      return { ...answer, body: { ...body, amount: { value: value + 1, currency } } }
    },
    repeating(answer, said) {
      const body = answer.body as { readonly additionalData: object }
      const additionalData = { ...body.additionalData, authCode: said, refusalReasonRaw: said }
      return { ...answer, body: { ...body, additionalData, refusalReason: said } }
    },
    ownError: (status) => ({ status, body: { status, errorCode: '100', errorType: 'validation' } }),
    errorInside: { status: 200, body: { status: 500, errorCode: '905', errorType: 'internal' } },
    neverArrived: 'unknown',
    part: { pan: hasAPart, ends: 'declined' },
    review: { pan: isPending, ends: 'unknown' },
    refusal: { status: 422, body: { status: 422, errorCode: '167', errorType: 'validation' } },
    tells: adyenTells(double),
    decide: (verdict) => double.decide(verdict),
  }
}
