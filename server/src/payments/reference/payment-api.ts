import type { ApiPart } from '../../base/openapi/api-part.ts'
import { followSession, paymentChanged, sessionProgress } from './event-operations.ts'
import { paymentsTag, sessionsTag } from './operation-parts.ts'
import { capturePayment, getPayment, refundPayment, voidPayment } from './payment-operations.ts'
import {
  cancelSession,
  createDigitalSession,
  createSession,
  getSession,
  listSessions,
  resendLink,
} from './session-operations.ts'
import { sessionEnded } from './status-webhook.ts'

/**
 * The Payment API as it is described. A further operation is a value like those of `session-operations.ts` and a line
 * here; a further message to programs one like `status-webhook.ts`. A test fails for a route that is not described.
 */
export const paymentApi: ApiPart = {
  tags: [
    { name: sessionsTag, description: 'Payment sessions and their results.' },
    { name: paymentsTag, description: 'What follows an approved payment.' },
    { name: 'Webhooks', description: 'What Tonegate sends to your server.' },
  ],
  host: 'api',
  paths: {
    '/globalpci/v1/session': { post: createSession },
    '/globalpci/v1/digitalsession': { post: createDigitalSession },
    '/globalpci/v1/session/{sessionGuid}': { get: getSession },
    '/globalpci/v1/sessions': { get: listSessions },
    '/globalpci/v1/digitalsession/{sessionGuid}/resend': { post: resendLink },
    '/globalpci/v1/session/{sessionGuid}/cancel': { post: cancelSession },
    '/globalpci/v1/session/{sessionGuid}/events': { get: followSession },
    '/globalpci/v1/session/{sessionGuid}/payment': { get: getPayment },
    '/globalpci/v1/session/{sessionGuid}/refund': { post: refundPayment },
    '/globalpci/v1/session/{sessionGuid}/capture': { post: capturePayment },
    '/globalpci/v1/session/{sessionGuid}/void': { post: voidPayment },
  },
  webhooks: { sessionEnded, sessionProgress, paymentChanged },
}
