import type { Kysely } from 'kysely'

/**
 * The ledger of the sandbox's gateway, so that every process sees the same one and the next process finds it. It goes
 * with the attempts that it answered; in production it is empty.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('sandbox_payment')
    .addColumn('idempotency_key', 'text', (column) =>
      column.primaryKey().references('charge_attempt.idempotency_key').onDelete('cascade'),
    )
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('amount_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('answer', 'text')
    .addColumn('answered_at', 'bigint')
    .addColumn('known_at', 'bigint')
    .execute()
  await schema
    .createTable('sandbox_follow_up')
    .addColumn('idempotency_key', 'text', (column) => column.primaryKey())
    .addColumn('payment_key', 'text', (column) =>
      column.notNull().references('sandbox_payment.idempotency_key').onDelete('cascade'),
    )
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('amount_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('sandbox_follow_up_by_payment')
    .on('sandbox_follow_up')
    .column('payment_key')
    .execute()
}
