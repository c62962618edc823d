import type { Gateway } from '../../../model/gateway.ts'
import { outgoingFor } from '../../test-request.ts'
import type { StartSubject } from '../../test-subject.ts'
import { createCybersourceGateway } from '../cybersource-gateway.ts'
import { cybersourceSettings } from './test-authentication.ts'
import { startCybersourceDouble, withOtherAmount } from './test-cybersource.ts'
import { page } from './test-page.ts'
import { authenticatedCards } from './test-payer-authentication.ts'

const onPage = (gateway: Gateway): Gateway => ({
  ...gateway,
  authorise: (request) => gateway.authorise({ ...request, ...(request.channel === 'ecommerce' && page) }),
})

/** The adapter with its double. */
export const cybersourceSubject: StartSubject = async (t, options) => {
  const double = await startCybersourceDouble(options)
  t.after(() => double.close())
  return {
    double,
    gateway: ({ clock, ca, baseUrl = double.url }) =>
      onPage(
        createCybersourceGateway({
          settings: { ...cybersourceSettings, baseUrl, threeDSecure: 'payer-authentication' },
          send: outgoingFor(t, { ...(clock && { clock }), ...(ca !== undefined && { ca }) }).send,
          ...(clock && { clock }),
        }),
      ),
    paying: /^POST \/pts\/v2\/payments$/,
    reversals: /^POST \/pts\/v2\/payments\/\d+\/(reversals|refunds)$/,
    otherAmount: withOtherAmount,
    repeating(answer, said) {
      const body = answer.body as object
      const processorInformation = {
        approvalCode: said,
        responseCode: said,
        retrievalReferenceNumber: said,
      }
      return { ...answer, body: { ...body, processorInformation, reconciliationId: said } }
    },
    ownError: (status) =>
      status === 400
        ? { status, body: { status: 'INVALID_REQUEST', reason: 'MISSING_FIELD' } }
        : { status, body: { response: { rmsg: 'No.' } } },
    errorInside: { status: 200, body: { status: 'SERVER_ERROR', reason: 'SYSTEM_ERROR' } },
    neverArrived: 'unknown',
    completing: /^POST \/pts\/v2\/payments$/,
    askedPan: authenticatedCards.asks,
    backFromBank: (decision) => double.bank.decide(decision),
    leftAtBank: 'declined',
    part: { pan: '4000000000000580', ends: 'declined' },
    lookUpIsBehind: (milliseconds) => double.searchIsBehind(milliseconds),
    refusal: { status: 400, body: { status: 'INVALID_REQUEST', reason: 'NOT_VOIDABLE' } },
    review: { pan: '4000000000009235', ends: 'review' },
  }
}
