import type { StoreParts } from '../../store/parts.ts'
import type { Tables } from '../../store/tables.ts'

/** What has happened in a region, the dependent before what it depends on. */
const happenings = [
  'authorization_code',
  'refresh_token',
  'sign_in',
  'consent',
  'revocation',
  'used_assertion',
  'throttled',
  'known_source',
  'idempotent_request',
  'payment_operation',
  'webhook_delivery',
  'remote_session',
  'launch_under_way',
  'payment_session',
  'provider_callback',
  'provider_launch_key',
  'provider_session',
  'sandbox_follow_up',
  'sandbox_payment',
  'gateway_notification',
  'charge_follow_up',
  'charge_attempt',
  'kept_card',
  'capture_session',
  'message_count',
  'live_call',
] as const satisfies readonly (keyof Tables)[]

/**
 * Forgets all that has happened in a region. What was set up stays: accounts, clients, people, configurations, secrets,
 * gateways, platforms; and the audit log, which says who did that.
 *
 * @param keys `replaced` where time was moved: those that sign tokens are of a time that has not come yet.
 */
export async function forgetHappenings(
  { store, clock }: Pick<StoreParts, 'store' | 'clock'>,
  keys: 'kept' | 'replaced',
): Promise<void> {
  const tables = keys === 'replaced' ? ([...happenings, 'signing_key'] as const) : happenings
  const forget = tables.map((table) => store.prepare((db, _: object) => db.deleteFrom(table)))
  const endTokens = (['user', 'client'] as const).map((table) =>
    store.prepare((db, p: { now: number }) => db.updateTable(table).set({ tokens_valid_from: p.now })),
  )
  await store.write(async (tx) => {
    for (const statement of forget) await statement.run(tx, {})
    for (const statement of endTokens) await statement.run(tx, { now: clock.now() })
  })
}
