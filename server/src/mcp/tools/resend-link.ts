import { Type } from 'typebox'
import { choice } from '../choice.ts'
import type { Tool, ToolParts } from '../tool.ts'
import { requireOwn, sessionId } from './session-id.ts'

const input = Type.Object(
  {
    session_id: sessionId,
    to: Type.Optional(
      Type.String({
        pattern: '^(\\+[1-9][0-9]{6,14}|[^\\s@]+@[^\\s@]+)$',
        maxLength: 254,
        description:
          'A phone number as +447700900123, or an email address; without it, where the link went before.',
      }),
    ),
  },
  { additionalProperties: false },
)

const output = Type.Object({
  session_id: Type.String(),
  channel: choice(['sms', 'email', 'unknown']),
  link: Type.Optional(Type.String({ description: 'Only where the operator allows it.' })),
})

/** Sends the customer’s link again. */
export function resendLink({ api, own, links }: ToolParts): Tool<typeof input, typeof output> {
  return {
    name: 'resend_payment_link',
    title: 'Send the payment link again',
    description:
      'Sends the link of an open payment that you have opened, again or to another address, or moves a payment on a call to a link. ' +
      'Read the address back to the customer first.',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    input,
    output,
    async run({ session_id, to }, { signal }) {
      requireOwn(own, session_id)
      const path = `/v1/digitalsession/${session_id}/resend`
      const { channel, paymentFormUrl } = await api({
        method: 'POST',
        path,
        body: { ...(to && { to }) },
        signal,
      })
      return {
        session_id,
        channel: channel === 'sms' || channel === 'email' ? channel : 'unknown',
        ...(links === 'shown' && typeof paymentFormUrl === 'string' && { link: paymentFormUrl }),
      }
    },
  }
}
