import { type Kysely, sql } from 'kysely'

/**
 * Messages to webhooks of more than the end of a session, each of a type; and what of the operations on payments has still to be
 * told.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('webhook_delivery').addColumn('type', 'text').execute()
  await schema
    .createIndex('webhook_delivery_event')
    .on('webhook_delivery')
    .column('kept_until')
    .where(sql.ref('type'), 'is not', null)
    .where(sql.ref('sealed_body'), 'is not', null)
    .execute()
  await schema
    .alterTable('charge_follow_up')
    .addColumn('untold', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema
    .createIndex('charge_follow_up_untold')
    .on('charge_follow_up')
    .column('requested_at')
    .where(sql.ref('untold'), '=', sql.lit(1))
    .execute()
}
