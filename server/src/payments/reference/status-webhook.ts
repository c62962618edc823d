import type { Answers, Operation } from '../../base/openapi/api-part.ts'
import { signatureHeaders } from '../../base/openapi/signature-headers.ts'
import { sessionStatus } from '../requests/schemas.ts'
import { approvedSession } from './examples.ts'
import { jsonBody } from './operation-parts.ts'

/** What a receiver answers with. */
export const received: Answers = {
  200: { description: 'The message was received. Any other status means: send it again.' },
  500: { description: 'The message was not received, and is sent again later.' },
}

/** The webhook of an account configuration (contract/payment-api §5). */
export const sessionEnded: Operation = {
  operationId: 'onSessionEnded',
  tag: 'Webhooks',
  summary: 'A session has ended',
  description:
    'Sent to the webhook of the session’s account configuration, at least once and in order for each session, until it is answered with 200; otherwise again every few minutes for 12 hours. If the outcome changes later, it is sent again with a new id.',
  security: [],
  headers: signatureHeaders,
  body: jsonBody('required', 'What `GET /globalpci/v1/session/{sessionGuid}` answers.', {
    schema: sessionStatus,
    examples: { approved: { summary: 'The payment was approved', value: approvedSession } },
  }),
  answers: received,
}
