import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { isSigned } from '../../../base/signing/verify-webhook.ts'
import { readJson } from '../../../base/text/read-json.ts'
import { Forged, type Notification, type SentNotification } from '../../model/gateway.ts'

const text = (most: number) =>
  Type.String({ minLength: 1, maxLength: most, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' })

/** What an endpoint tells by itself, signed as its requests are; `webhook-id` names it. */
export const notificationSchema = Type.Object({
  version: Type.Literal(1),
  about: Type.Enum(['payment', 'capture-failed', 'refund-failed', 'other']),
  /** That of the payment, or of the capture or refund that failed. */
  idempotencyKey: Type.Optional(Type.String({ pattern: '^[0-9a-z-]{1,50}$' })),
  gatewayReference: Type.Optional(text(128)),
  gatewayCode: text(64),
})

const check = Compile(notificationSchema)

/**
 * Reads a message by Standard Webhooks that is signed with one of the connector's secrets and not older than five minutes.
 * What is signed and says nothing that is known concerns nobody here.
 *
 * @throws {Forged}
 */
export function readConnectorNotifications(
  { headers, body, now }: SentNotification,
  secrets: readonly string[],
): readonly Notification[] {
  if (!isSigned({ headers, body }, secrets, now)) {
    throw new Forged(
      'The message is not signed with this gateway’s secret, or its timestamp is more than five minutes off.',
    )
  }
  const id = headers['webhook-id'] ?? ''
  const message = readJson(body)
  if (!check.Check(message)) return [{ id, about: 'other', gatewayCode: 'not-understood' }]
  const { about, idempotencyKey, gatewayReference, gatewayCode } = message as Static<
    typeof notificationSchema
  >
  return [
    {
      id,
      about,
      gatewayCode,
      ...(idempotencyKey !== undefined && { key: idempotencyKey }),
      ...(gatewayReference !== undefined && { gatewayReference }),
    },
  ]
}
