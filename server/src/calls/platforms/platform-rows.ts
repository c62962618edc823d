import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { CallPlatformTable } from '../../store/tables.ts'
import type { Platform, PlatformKind } from './platform.ts'

interface NewPlatform {
  guid: Guid
  accountId: number
  name: string
  kind: PlatformKind
  sealed: Uint8Array
  now: number
}

/** The statements about platforms and their keys. */
export const preparePlatformRows = (store: Store) => ({ ...preparePlatforms(store), ...prepareKeys(store) })

/** What the audit log calls a platform. */
export const auditTargetOf = ({ guid, name, account_id }: CallPlatformTable) => ({
  target: { kind: 'platform', id: guid, name },
  account: account_id,
})

function preparePlatforms(store: Store) {
  return {
    insert: store.prepare((db, p: NewPlatform) =>
      db.insertInto('call_platform').values({
        guid: p.guid,
        account_id: p.accountId,
        name: p.name,
        kind: p.kind,
        sealed_settings: p.sealed,
        created_at: p.now,
        disabled_at: null,
      }),
    ),
    all: store.prepare((db, _: object) =>
      db.selectFrom('call_platform').selectAll().orderBy('account_id').orderBy('name'),
    ),
    find: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('call_platform').selectAll().where('guid', '=', p.guid),
    ),
    /** The same, for whoever changes it, or its keys, by what there is. */
    lock: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('call_platform').selectAll().where('guid', '=', p.guid).forUpdate(),
    ),
    findNamed: store.prepare((db, p: { accountId: number; name: string }) =>
      db
        .selectFrom('call_platform')
        .selectAll()
        .where('account_id', '=', p.accountId)
        .where('name', '=', p.name),
    ),
    anyOf: store.prepare((db, p: { accountId: number }) =>
      db
        .selectFrom('call_platform')
        .select('guid')
        .where('account_id', '=', p.accountId)
        .where('disabled_at', 'is', null)
        .limit(1),
    ),
    updateSettings: store.prepare((db, p: { guid: Guid; sealed: Uint8Array }) =>
      db.updateTable('call_platform').set({ sealed_settings: p.sealed }).where('guid', '=', p.guid),
    ),
    disable: store.prepare((db, p: { guid: Guid; at: number | null }) =>
      db.updateTable('call_platform').set({ disabled_at: p.at }).where('guid', '=', p.guid),
    ),
  }
}

function prepareKeys(store: Store) {
  return {
    insertKey: store.prepare((db, p: { sha256: Uint8Array; guid: Guid; now: number }) =>
      db
        .insertInto('call_platform_key')
        .values({ sha256: p.sha256, platform_guid: p.guid, created_at: p.now }),
    ),
    keysOf: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('call_platform_key')
        .select(['sha256', 'created_at'])
        .where('platform_guid', '=', p.guid)
        .orderBy('created_at'),
    ),
    deleteKey: store.prepare((db, p: { sha256: Uint8Array }) =>
      db.deleteFrom('call_platform_key').where('sha256', '=', p.sha256),
    ),
    ofKey: store.prepare((db, p: { sha256: Uint8Array }) =>
      db
        .selectFrom('call_platform_key')
        .innerJoin('call_platform', 'call_platform.guid', 'call_platform_key.platform_guid')
        .selectAll('call_platform')
        .where('call_platform_key.sha256', '=', p.sha256)
        .where('call_platform.disabled_at', 'is', null),
    ),
  }
}

export const platformOf = (row: CallPlatformTable): Platform => ({
  guid: row.guid,
  accountId: row.account_id,
  name: row.name,
  kind: row.kind as PlatformKind,
  disabled: row.disabled_at !== null,
  createdAt: row.created_at,
})
