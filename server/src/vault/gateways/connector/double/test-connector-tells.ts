import { signWebhook } from '../../../../base/signing/standard-webhooks.ts'
import type { Tells } from '../../test-subject.ts'
import { type ConnectorDouble, connectorSecret } from './test-connector.ts'

interface Fact {
  readonly id: string
  readonly message: object
}

/** What an endpoint tells of payments, and how it signs it. */
export const connectorTells = ({ carriedOut }: Pick<ConnectorDouble, 'carriedOut'>): Tells => ({
  facts: () =>
    carriedOut.flatMap(({ path, body }, at) =>
      path.endsWith('/authorise') ? [fact(`message-${at}`, JSON.parse(body.toString()).idempotencyKey)] : [],
    ),
  approval: (key) => fact(`message-of-${key}`, key),
  failure: (kind, order) => fact(`failure-of-${order}`, order, `${kind}-failed`),
  send(told, { by, at }) {
    const { id, message } = told as Fact
    const body = Buffer.from(JSON.stringify(message))
    const secret = by === 'gateway' ? connectorSecret : `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    return { headers: { ...signWebhook({ id, sentAt: at, body, secrets: [secret] }) }, body }
  },
})

const fact = (id: string, idempotencyKey: string, about = 'payment'): Fact => ({
  id,
  message: { version: 1, about, idempotencyKey, gatewayCode: '00' },
})
