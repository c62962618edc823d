import type { StoreParts } from '../../store/parts.ts'
import type { Tables } from '../../store/tables.ts'

/** What becomes of each table of a region: what has happened is forgotten, the dependent before what it depends on. */
const fates = {
  authorization_code: 'forgotten',
  refresh_token: 'forgotten',
  sign_in: 'forgotten',
  consent: 'forgotten',
  revocation: 'forgotten',
  used_assertion: 'forgotten',
  throttled: 'forgotten',
  known_source: 'forgotten',
  idempotent_request: 'forgotten',
  payment_operation: 'forgotten',
  webhook_delivery: 'forgotten',
  remote_session: 'forgotten',
  launch_under_way: 'forgotten',
  payment_session: 'forgotten',
  provider_callback: 'forgotten',
  provider_launch_key: 'forgotten',
  provider_session: 'forgotten',
  sandbox_follow_up: 'forgotten',
  sandbox_payment: 'forgotten',
  gateway_notification: 'forgotten',
  charge_follow_up: 'forgotten',
  charge_attempt: 'forgotten',
  kept_card: 'forgotten',
  capture_session: 'forgotten',
  message_count: 'forgotten',
  live_call: 'forgotten',
  signing_key: 'kept with the time',
  account: 'kept',
  client: 'kept',
  client_secret: 'kept',
  user: 'kept',
  account_configuration: 'kept',
  gateway_account: 'kept',
  account_secret: 'kept',
  provider_client: 'kept',
  provider_flow: 'kept',
  call_platform: 'kept',
  call_platform_key: 'kept',
  store_probe: 'kept',
  node: 'kept',
  audit_unlinked: 'kept',
  audit_log: 'kept',
  audit_end: 'kept',
  own_region: 'kept',
} as const satisfies Record<keyof Tables, 'forgotten' | 'kept with the time' | 'kept'>

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
  const isForgotten = (table: keyof Tables): boolean =>
    fates[table] === 'forgotten' || (fates[table] === 'kept with the time' && keys === 'replaced')
  const tables = (Object.keys(fates) as (keyof Tables)[]).filter(isForgotten)
  const forget = tables.map((table) => store.prepare((db, _: object) => db.deleteFrom(table)))
  const endTokens = (['user', 'client'] as const).map((table) =>
    store.prepare((db, p: { now: number }) => db.updateTable(table).set({ tokens_valid_from: p.now })),
  )
  await store.write(async (tx) => {
    for (const statement of forget) await statement.run(tx, {})
    for (const statement of endTokens) await statement.run(tx, { now: clock.now() })
  })
}
