import type { Kysely } from 'kysely'

interface Tables {
  call_platform: { guid: string; name: string; kind: string }
  call_platform_key: { platform_guid: string }
}

/**
 * The sandbox's phone is a platform like any other, of a name of its own. Its calls stay its own; the keys that programs have
 * are of another platform from now on.
 */
export async function up(db: Kysely<Tables>): Promise<void> {
  const simulated = db.selectFrom('call_platform').select('guid').where('kind', '=', 'simulated')
  await db.deleteFrom('call_platform_key').where('platform_guid', 'in', simulated).execute()
  await db
    .updateTable('call_platform')
    .set({ kind: 'http', name: 'sandbox phone' })
    .where('kind', '=', 'simulated')
    .execute()
}
