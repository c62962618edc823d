import { systemClock } from '../../../../base/clock.ts'
import { outgoingFor } from '../../test-request.ts'
import type { StartSubject } from '../../test-subject.ts'
import { connector } from '../connector.ts'
import { connectorCards, connectorSecret, startConnectorDouble } from './test-connector.ts'
import { connectorTells } from './test-connector-tells.ts'

/** The adapter with its double. */
export const connectorSubject: StartSubject = async (t, { tls }) => {
  const double = await startConnectorDouble({ ...(tls && { tls }) })
  t.after(() => double.close())
  return {
    double,
    gateway({ clock = systemClock, ca, baseUrl = double.url }) {
      const { send } = outgoingFor(t, { clock, ...(ca !== undefined && { ca }) })
      const settings = { url: `${baseUrl}/tonegate`, secrets: [connectorSecret] }
      return connector.create({ settings: settings as never, send, sendInside: send, clock })
    },
    paying: /authorise$/,
    reversals: /(void|refund)$/,
    completing: /complete-challenge$/,
    askedPan: connectorCards.asksTheBank,
    backFromBank: (decision) => ({
      reference: 'question-1',
      decision: decision === 'confirms' ? 'confirmed' : 'refused',
    }),
    leftAtBank: 'declined',
    otherAmount(answer) {
      const body = answer.body as {
        readonly amount: { readonly amountMinor: number; readonly currency: string }
      }
      const { amountMinor, currency } = body.amount
      return { ...answer, body: { ...body, amount: { amountMinor: amountMinor + 1, currency } } }
    },
    repeating(answer, said) {
      const text = String(said)
        .replace(/\p{Cc}/gu, ' ')
        .slice(-256)
      const body = { ...(answer.body as object), details: { said: text, ofTheCard: text } }
      const short = { ...(text.length <= 32 && { authorisationCode: text, gatewayCode: text }) }
      return { ...answer, body: { ...body, ...short } }
    },
    ownError: (status) => ({ status, body: { status: 'error', gatewayCode: 'not-possible' } }),
    errorInside: { status: 200, body: { error: { message: 'An error occurred.' } } },
    neverArrived: 'unknown',
    part: { pan: connectorCards.hasAHalf, ends: 'unknown' },
    review: { pan: connectorCards.reviewed, ends: 'review' },
    refusal: { status: 200, body: { status: 'refused', gatewayCode: 'disputed' } },
    tells: connectorTells(double),
  }
}
