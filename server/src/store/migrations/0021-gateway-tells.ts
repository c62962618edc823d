import type { Kysely } from 'kysely'

/**
 * What gateways keep and what they tell.
 *
 * `kept_card`: the cards that an account's gateways keep. `mark` is two bytes of the token's SHA-256, to find a row by;
 * what tells a token for certain is sealed beside the last four digits.
 *
 * `gateway_notification`: what a gateway has told of an account's own payments, so that it counts once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('kept_card')
    .addColumn('guid', 'text', (column) => column.primaryKey())
    .addColumn('tenant_id', 'integer', (column) => column.notNull())
    .addColumn('gateway', 'text', (column) => column.notNull())
    .addColumn('mark', 'integer', (column) => column.notNull())
    .addColumn('sealed_card', 'blob', (column) => column.notNull())
    .addColumn('kept_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('kept_card_by_mark')
    .on('kept_card')
    .columns(['tenant_id', 'gateway', 'mark'])
    .execute()
  await schema
    .createTable('gateway_notification')
    .addColumn('tenant_id', 'integer', (column) => column.notNull())
    .addColumn('gateway', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('attempt_key', 'text', (column) => column.notNull())
    .addColumn('gateway_code', 'text', (column) => column.notNull())
    .addColumn('tells', 'text')
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('gateway_notification_key', ['tenant_id', 'gateway', 'id'])
    .execute()
  await schema
    .createIndex('gateway_notification_by_attempt')
    .on('gateway_notification')
    .column('attempt_key')
    .execute()
  await schema
    .createIndex('gateway_notification_by_time')
    .on('gateway_notification')
    .column('received_at')
    .execute()
}
