import type { Kysely } from 'kysely'

const indexes = {
  payment_session_by_account: ['account_id', 'created_at'],
  payment_session_by_agent: ['account_id', 'agent_id', 'created_at'],
  payment_session_by_state: ['account_id', 'state', 'created_at'],
} as const

/** An account's sessions are listed by their time: all of them, those of an agent, those in a state. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema
      .createIndex(name)
      .on('payment_session')
      .columns([...columns])
      .execute()
  }
}
