import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * The audit log. What was done is written with the change itself to `audit_unlinked`, and gets its place in the chain of
 * `audit_log` soon after; `audit_end` has where that begins and ends, sealed. Entries are not changed, and none is removed
 * but from the beginning, up to where `audit_end` says that it was pruned.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  await db.schema
    .createTable('audit_unlinked')
    .addColumn('id', isPostgres ? 'bigserial' : 'integer', (column) => column.primaryKey())
    .addColumn('entries', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('audit_log')
    .addColumn('position', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('audit_end')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('sealed', 'blob', (column) => column.notNull())
    .execute()
  for (const statement of isPostgres ? postgresTriggers : sqliteTriggers) await statement.execute(db)
}

const sqliteTriggers = [
  sql`create trigger audit_unlinked_is_not_changed before update on audit_unlinked
    begin select raise(abort, 'entries of the audit log are not changed'); end`,
  sql`create trigger audit_log_is_not_changed before update on audit_log
    begin select raise(abort, 'entries of the audit log are not changed'); end`,
  sql`create trigger audit_log_is_not_cut before delete on audit_log
    when old.position > coalesce((select position from audit_end where name = 'pruned'), 0)
    begin select raise(abort, 'entries of the audit log are only removed by ‘audit prune’'); end`,
]

const postgresTriggers = [
  sql`create function audit_is_not_changed() returns trigger language plpgsql as $$
    begin raise exception 'entries of the audit log are not changed, and only removed by ‘audit prune’'; end $$`,
  sql`create function audit_is_not_cut() returns trigger language plpgsql as $$
    declare pruned bigint;
    begin
      execute format('select position from %I.audit_end where name = ''pruned''', tg_table_schema) into pruned;
      if old.position > coalesce(pruned, 0) then
        raise exception 'entries of the audit log are only removed by ‘audit prune’';
      end if;
      return old;
    end $$`,
  sql`create trigger audit_unlinked_is_not_changed before update on audit_unlinked
    for each statement execute function audit_is_not_changed()`,
  sql`create function audit_is_not_emptied() returns trigger language plpgsql as $$
    declare filled boolean;
    begin
      execute format('select exists (select 1 from %I.audit_log)', tg_table_schema) into filled;
      if filled then
        raise exception 'entries of the audit log are only removed by ‘audit prune’';
      end if;
      return null;
    end $$`,
  sql`create trigger audit_log_is_not_changed before update on audit_log
    for each statement execute function audit_is_not_changed()`,
  sql`create trigger audit_log_is_not_emptied before truncate on audit_log
    for each statement execute function audit_is_not_emptied()`,
  sql`create trigger audit_log_is_not_cut before delete on audit_log
    for each row execute function audit_is_not_cut()`,
]
