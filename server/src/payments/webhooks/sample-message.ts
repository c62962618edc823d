import type { Parts } from '../../base/parts.ts'
import { statusText } from '../session-answer.ts'
import type { SentMessage } from './send-webhook.ts'

/** A message that a receiver can be tried with: of a session that never was, and in which nothing was paid. */
export function sampleMessage(
  accountId: number,
  configurationId: number,
  { newGuid, clock }: Pick<Parts, 'newGuid' | 'clock'>,
): SentMessage {
  const now = clock.now()
  const session = {
    guid: newGuid(),
    provider_session_guid: newGuid(),
    call_guid: null,
    created_at: now,
    updated_at: now,
    state: 'Cancelled',
  } as const
  const result = { paymentOutcome: 'cancelled', MerchantReferenceCode: 'webhook-test' }
  const body = Buffer.from(statusText(session, JSON.stringify(result)))
  return { id: newGuid(), accountId, configurationId, body }
}
