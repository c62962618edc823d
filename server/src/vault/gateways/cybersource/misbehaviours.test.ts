import { testMisbehaviours } from '../test-misbehaviours.ts'
import { outgoingFor } from '../test-request.ts'
import { createCybersourceGateway } from './cybersource-gateway.ts'
import { cybersourceSettings } from './test-authentication.ts'
import { startCybersourceDouble, withOtherAmount } from './test-cybersource.ts'

/** The card's bank is asked on the payment page alone, and where the settings say so: `payer-authentication.test.ts`. */
const noBankAsks = {
  completing: /^$/,
  askedPan: '',
  backFromBank: () => ({}),
  leftAtBank: 'unknown',
} as const

testMisbehaviours(
  'CyberSource',
  async (t, options) => {
    const double = await startCybersourceDouble(options)
    t.after(() => double.close())
    return {
      double,
      gateway: ({ clock, ca, baseUrl = double.url }) =>
        createCybersourceGateway({
          settings: { ...cybersourceSettings, baseUrl },
          send: outgoingFor(t, { ...(clock && { clock }), ...(ca !== undefined && { ca }) }).send,
          ...(clock && { clock }),
        }),
      paying: /^POST \/pts\/v2\/payments$/,
      undoing: /^POST \/pts\/v2\/payments\/\d+\/(reversals|refunds)$/,
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
      ...noBankAsks,
    }
  },
  'asks-nothing',
)
