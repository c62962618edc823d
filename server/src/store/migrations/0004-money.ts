import type { Kysely } from 'kysely'

/** What a payment was for and what its flow wants of it are known for as long as its attempt; and what followed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  for (const [name, usual] of [
    ['purpose', 'charge'],
    ['late_approval', 'record'],
    ['cancel_afterwards', 'refuse'],
  ] as const) {
    await schema
      .alterTable('charge_attempt')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(usual))
      .execute()
  }
  await schema
    .createTable('charge_follow_up')
    .addColumn('idempotency_key', 'text', (column) => column.primaryKey())
    .addColumn('attempt_key', 'text', (column) =>
      column.notNull().references('charge_attempt.idempotency_key').onDelete('cascade'),
    )
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('amount_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('requested_at', 'bigint', (column) => column.notNull())
    .addColumn('answered_at', 'bigint')
    .addColumn('answer', 'text')
    .execute()
  await schema
    .createIndex('charge_follow_up_by_attempt')
    .on('charge_follow_up')
    .column('attempt_key')
    .execute()
}
